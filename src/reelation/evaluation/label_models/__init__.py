"""Classifiers that need no neural network: logistic regression, label propagation, kernel machines."""
