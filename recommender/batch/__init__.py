"""A class: many people in a stream, one result line each, in the order of the input."""
