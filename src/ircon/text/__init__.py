"""Reading English: sentences, times, durations and words in prose. Pure functions of a text."""
