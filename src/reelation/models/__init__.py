"""5. title encoders behind one contract: propagate-then-learn (default), GCN, GAT, GraphSAGE."""
