-- Whose it was: what went is told to nobody who might not have seen it. Empty where that is not known.
ALTER TABLE gone ADD COLUMN cluster TEXT NOT NULL DEFAULT '';

-- Of an hour's crashes those of which nobody knows whether a backup was at work.
ALTER TABLE tally ADD COLUMN backup_unknown BIGINT NOT NULL DEFAULT 0;
