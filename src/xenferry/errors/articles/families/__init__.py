"""Families of errors that few people meet: a sentence on each code, and one article on what they have in common."""
