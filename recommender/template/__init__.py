"""Templates: a week with open choices, given to many people, each within their own limits."""
