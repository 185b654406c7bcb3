"""Predictors of stars that need no torch: biases, neighbours, a Gaussian process a viewer, Bayesian factors, blends."""
