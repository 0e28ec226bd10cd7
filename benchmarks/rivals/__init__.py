"""Other solvers on the same weeks, each in a process of its own, without ortools."""
