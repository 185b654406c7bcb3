"""4. graph -> what a model reads: exact columns and terms, propagated features, text vectors."""
