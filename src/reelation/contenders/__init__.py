"""6c. who takes part in an evaluation: every model as a contender, one module a task."""
