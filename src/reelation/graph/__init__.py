"""3. catalogue -> typed graph: one sparse matrix a relation, and views of it for other tools."""
