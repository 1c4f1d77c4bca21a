"""The tables of ``.dkg/state.sqlite``."""

FORMAT = "6"
"""The version of the tables."""

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE file (path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
  ctime_ns INTEGER NOT NULL, inode INTEGER NOT NULL, sha256 TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE folder (name TEXT PRIMARY KEY, mark TEXT NOT NULL, newest INTEGER NOT NULL, inputs TEXT NOT NULL,
  loose TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE source (path TEXT PRIMARY KEY, reader TEXT NOT NULL, labels TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE run (path TEXT NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (path, key, text)) WITHOUT ROWID;
CREATE TABLE article (path TEXT NOT NULL, key TEXT NOT NULL, folded TEXT NOT NULL, line INTEGER NOT NULL,
  text TEXT NOT NULL, lock TEXT NOT NULL, formerly TEXT NOT NULL, words TEXT NOT NULL DEFAULT 'nothing',
  valid INTEGER NOT NULL DEFAULT 0, restless INTEGER NOT NULL DEFAULT 0, why TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (path, key)) WITHOUT ROWID;
CREATE INDEX article_key ON article (key);
CREATE INDEX article_folded ON article (folded);
CREATE INDEX article_formerly ON article (key, path) WHERE formerly <> '[]';
CREATE INDEX article_restless ON article (folded) WHERE restless = 1;
CREATE INDEX article_invalid ON article (key) WHERE valid = 0;
CREATE INDEX article_told ON article (key, path) WHERE why <> '' OR words = 'lock';
CREATE TABLE piece (key TEXT PRIMARY KEY, path TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE alone (key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE pending (key TEXT PRIMARY KEY, why TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE entry (key TEXT NOT NULL, article TEXT NOT NULL, path TEXT NOT NULL, seq INTEGER NOT NULL,
  written TEXT NOT NULL, kind TEXT NOT NULL, line INTEGER NOT NULL,
  record TEXT NOT NULL, PRIMARY KEY (key, article, path, seq)) WITHOUT ROWID;
CREATE TABLE need (key TEXT NOT NULL, path TEXT NOT NULL, article TEXT NOT NULL,
  PRIMARY KEY (key, path, article)) WITHOUT ROWID;
CREATE TABLE dotted (other TEXT NOT NULL, path TEXT NOT NULL, article TEXT NOT NULL, key TEXT NOT NULL,
  line INTEGER NOT NULL, PRIMARY KEY (other, path, article, key, line)) WITHOUT ROWID;
CREATE TABLE finding (owner TEXT NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX finding_owner ON finding (owner, key);
CREATE TABLE said (path TEXT NOT NULL, article TEXT NOT NULL, words BLOB NOT NULL,
  PRIMARY KEY (path, article)) WITHOUT ROWID;
CREATE TABLE fault (shape TEXT NOT NULL, focus TEXT NOT NULL, article TEXT NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (shape, focus)) WITHOUT ROWID;
CREATE INDEX fault_article ON fault (article);
"""

INDEXES = (
    "CREATE INDEX IF NOT EXISTS source_labels ON source (labels)",
    "CREATE INDEX IF NOT EXISTS article_text ON article (text)",
    "CREATE INDEX IF NOT EXISTS article_lock ON article (lock)",
    "CREATE INDEX IF NOT EXISTS piece_path ON piece (path)",
    "CREATE INDEX IF NOT EXISTS entry_article ON entry (article, path)",
    "CREATE INDEX IF NOT EXISTS need_article ON need (path, article)",
    "CREATE INDEX IF NOT EXISTS dotted_article ON dotted (path, article)",
)
"""What a state that is filled from nothing gets last: made of all rows an index takes half as long."""
