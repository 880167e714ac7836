-- oldest readable server: 1
-- How long the content of account data is before it was compressed, of what a person may keep. What
-- was there before is taken as long as its record.
ALTER TABLE account_data ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
UPDATE account_data SET bytes = LENGTH(record);
