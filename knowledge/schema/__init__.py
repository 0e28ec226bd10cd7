"""The nouns, one file a noun."""
