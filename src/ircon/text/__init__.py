"""The reading of English: sentences, sections, phrases, times and durations in prose.

Pure functions of a text; what they find is returned with its offsets.
"""
