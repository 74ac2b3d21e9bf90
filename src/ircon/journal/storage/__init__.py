"""The files that the journal is kept in, and what keeps them safe."""
