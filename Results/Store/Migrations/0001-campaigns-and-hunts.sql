-- Version 1 of the results store: where rows come from, campaigns with their rounds, causes and findings, and hunts.
-- SQLite and PostgreSQL both take it, so there is no type and no clause that only one of them has: numbers are BIGINT, truth is
-- 0 or 1, times are ISO 8601 in UTC, and a number that needs 64 bits without a sign (a seed) is decimal text.

CREATE TABLE migrations (
    version BIGINT NOT NULL PRIMARY KEY,
    applied_at TEXT NOT NULL
);

CREATE TABLE machines (
    machine_id TEXT NOT NULL PRIMARY KEY,
    system TEXT NOT NULL,
    architecture TEXT NOT NULL,
    processor TEXT NOT NULL,
    processors BIGINT NOT NULL CHECK (processors > 0),
    runtime TEXT NOT NULL
);

CREATE TABLE commits (
    commit_id TEXT NOT NULL,
    tree TEXT NOT NULL CHECK (tree IN ('clean', 'changed', 'unknown')),
    model_version BIGINT NOT NULL CHECK (model_version >= 0),
    PRIMARY KEY (commit_id, tree, model_version)
);

-- One command on one machine: what every row below comes from.
CREATE TABLE provenances (
    provenance_id TEXT NOT NULL PRIMARY KEY,
    commit_id TEXT NOT NULL,
    tree TEXT NOT NULL,
    model_version BIGINT NOT NULL,
    machine_id TEXT NOT NULL REFERENCES machines (machine_id),
    recorded_at TEXT NOT NULL,
    command TEXT NOT NULL,
    FOREIGN KEY (commit_id, tree, model_version) REFERENCES commits (commit_id, tree, model_version)
);

CREATE TABLE campaigns (
    campaign_id TEXT NOT NULL PRIMARY KEY,
    provenance_id TEXT NOT NULL REFERENCES provenances (provenance_id),
    protocols TEXT NOT NULL,
    profile TEXT NOT NULL,
    seed TEXT NOT NULL,
    shard TEXT NOT NULL,
    options TEXT NOT NULL,
    rounds BIGINT NOT NULL CHECK (rounds >= 0),
    is_finished BIGINT NOT NULL CHECK (is_finished IN (0, 1)),
    runs BIGINT NOT NULL CHECK (runs >= 0),
    calls BIGINT NOT NULL CHECK (calls >= 0),
    steps BIGINT NOT NULL CHECK (steps >= 0),
    decisions BIGINT NOT NULL CHECK (decisions >= 0),
    corpus_entries BIGINT NOT NULL CHECK (corpus_entries >= 0)
);

CREATE TABLE rounds (
    campaign_id TEXT NOT NULL REFERENCES campaigns (campaign_id),
    round BIGINT NOT NULL CHECK (round >= 1),
    provenance_id TEXT NOT NULL REFERENCES provenances (provenance_id),
    elapsed_milliseconds BIGINT NOT NULL CHECK (elapsed_milliseconds >= 0),
    runs BIGINT NOT NULL CHECK (runs >= 0),
    steps BIGINT NOT NULL CHECK (steps >= 0),
    violations BIGINT NOT NULL CHECK (violations >= 0),
    corpus_entries BIGINT NOT NULL CHECK (corpus_entries >= 0),
    PRIMARY KEY (campaign_id, round)
);

CREATE TABLE causes (
    campaign_id TEXT NOT NULL REFERENCES campaigns (campaign_id),
    protocol TEXT NOT NULL,
    cause TEXT NOT NULL,
    provenance_id TEXT NOT NULL REFERENCES provenances (provenance_id),
    kind TEXT NOT NULL CHECK (kind IN ('window', 'limit', 'defect', 'unattributed')),
    violations BIGINT NOT NULL CHECK (violations >= 0),
    is_new BIGINT NOT NULL CHECK (is_new IN (0, 1)),
    reason TEXT NOT NULL,
    first_run BIGINT CHECK (first_run >= 0),
    PRIMARY KEY (campaign_id, protocol, cause)
);

-- A finding without a cause has not been attributed.
CREATE TABLE findings (
    campaign_id TEXT NOT NULL REFERENCES campaigns (campaign_id),
    finding TEXT NOT NULL,
    provenance_id TEXT NOT NULL REFERENCES provenances (provenance_id),
    protocol TEXT NOT NULL,
    profile TEXT NOT NULL,
    invariant TEXT NOT NULL,
    call TEXT NOT NULL,
    round BIGINT NOT NULL CHECK (round >= 1),
    run BIGINT NOT NULL CHECK (run >= 0),
    signature TEXT NOT NULL,
    scenario TEXT NOT NULL,
    is_new BIGINT NOT NULL CHECK (is_new IN (0, 1)),
    cause TEXT,
    PRIMARY KEY (campaign_id, finding),
    FOREIGN KEY (campaign_id, protocol, cause) REFERENCES causes (campaign_id, protocol, cause)
);

CREATE TABLE hunts (
    provenance_id TEXT NOT NULL REFERENCES provenances (provenance_id),
    defect TEXT NOT NULL,
    protocol TEXT NOT NULL,
    profile TEXT NOT NULL,
    corpus TEXT NOT NULL,
    runs_at_most BIGINT NOT NULL CHECK (runs_at_most >= 1),
    PRIMARY KEY (provenance_id, defect)
);

CREATE TABLE hunt_attempts (
    provenance_id TEXT NOT NULL,
    defect TEXT NOT NULL,
    seed TEXT NOT NULL,
    runs BIGINT NOT NULL CHECK (runs >= 1),
    is_found BIGINT NOT NULL CHECK (is_found IN (0, 1)),
    PRIMARY KEY (provenance_id, defect, seed),
    FOREIGN KEY (provenance_id, defect) REFERENCES hunts (provenance_id, defect)
);
