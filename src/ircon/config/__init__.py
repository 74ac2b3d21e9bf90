"""config.toml: what it may say, where it lies, and how it is read."""
