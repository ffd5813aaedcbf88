//! Products that programs depend on: how lines name them, and the ports that give them away.

/// A product.
pub(crate) struct Product {
    /// As a reader calls it.
    pub(crate) name: &'static str,
    /// Words that name it, in lower case; a word in a line may go on after them (`postgresql`).
    words: &'static [&'static str],
    ports: &'static [&'static str],
}

const PRODUCTS: [Product; 23] = [
    product("Postgres", &["postgres", "psql", "pgsql", "pgbouncer", "pg_"], &["5432", "6432"]),
    product("MySQL", &["mysql", "mariadb", "innodb"], &["3306"]),
    product("Redis", &["redis", "valkey"], &["6379", "6380"]),
    product("MongoDB", &["mongo"], &["27017"]),
    product("RabbitMQ", &["rabbitmq", "amqp"], &["5672"]),
    product("Kafka", &["kafka"], &["9092", "9093"]),
    product("Elasticsearch", &["elastic", "opensearch"], &["9200", "9300"]),
    product("etcd", &["etcd"], &["2379", "2380"]),
    product("memcached", &["memcache"], &["11211"]),
    product("Vault", &["vault"], &["8200"]),
    product("NATS", &["nats"], &["4222"]),
    product("SQLite", &["sqlite"], &[]),
    product("ZooKeeper", &["zookeeper"], &["2181"]),
    product("Cassandra", &["cassandra"], &["9042"]),
    product("MinIO", &["minio"], &[]),
    product("CoreDNS", &["coredns", "kube-dns", "dns", "lookup"], &["53"]),
    product("kubelet", &["kubelet"], &["10250"]),
    product("LDAP", &["ldap"], &["389", "636"]),
    product("SMTP", &["smtp"], &["25", "587"]),
    product("InfluxDB", &["influx"], &["8086"]),
    product("ClickHouse", &["clickhouse"], &["9440", "8123"]),
    product("NFS", &["nfs"], &["2049"]),
    product("BoltDB", &["boltdb", "bbolt"], &[]),
];

const fn product(name: &'static str, words: &'static [&'static str], ports: &'static [&'static str]) -> Product {
    Product { name, words, ports }
}

/// Names for any database.
const DATABASE: &str = "database";
const DATABASES: [&str; 7] = ["Postgres", "MySQL", "MongoDB", "SQLite", "Cassandra", "InfluxDB", "ClickHouse"];

/// The product that a folded word names.
pub(crate) fn find(word: &str) -> Option<&'static str> {
    if matches!(word, "db" | "database" | "databases" | "datenbank" | "bdd" | "banco" | "dbs") {
        return Some(DATABASE);
    }
    let is_named = |product: &&Product| {
        word.eq_ignore_ascii_case(product.name)
            || product.words.iter().any(|name| word.strip_prefix(name).is_some_and(|rest| rest.len() <= 3))
    };
    PRODUCTS.iter().find(is_named).map(|product| product.name)
}

/// Whether a line names it, by word or port.
pub(crate) fn is_named_in(line: &str, name: &str) -> bool {
    let line = line.to_lowercase();
    if name == DATABASE {
        return DATABASES.iter().any(|name| line_names(&line, name))
            || words_of(&line).any(|word| word == "db" || word.starts_with("database") || word.starts_with("jdbc"));
    }
    line_names(&line, name)
}

/// Whether a line names another product, and so speaks of something else.
pub(crate) fn another_is_named_in(line: &str, name: &str) -> bool {
    let line = line.to_lowercase();
    let is_kin = |other: &str| other == name || (name == DATABASE && DATABASES.contains(&other));
    PRODUCTS.iter().any(|product| !is_kin(product.name) && line_names(&line, product.name))
}

fn line_names(lower: &str, name: &str) -> bool {
    let Some(product) = PRODUCTS.iter().find(|product| product.name == name) else {
        return words_of(lower).any(|word| word == name.to_lowercase());
    };
    let by_word = product.words.iter().any(|word| {
        lower.match_indices(word).any(|(at, _)| !lower[..at].chars().next_back().is_some_and(char::is_alphanumeric))
    });
    by_word || product.ports.iter().any(|port| has_port(lower, port))
}

fn has_port(line: &str, port: &str) -> bool {
    line.match_indices(port).any(|(at, found)| {
        let before = line[..at].chars().next_back();
        let after = line[at + found.len()..].chars().next();
        let follows_colon = before == Some(':') || line[..at].ends_with("port ") || line[..at].ends_with("port=");
        follows_colon && !after.is_some_and(|c| c.is_ascii_digit())
    })
}

fn words_of(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_a_product_by_word_and_by_port() {
        assert_eq!(find("postgresql"), Some("Postgres"));
        assert_eq!(find("postgres"), Some("Postgres"));
        assert_eq!(find("db"), Some("database"));
        assert_eq!(find("reader"), None);
        assert!(is_named_in("dial tcp 10.43.7.2:5432: connect: connection refused", "Postgres"));
        assert!(is_named_in("Connection to db-cluster:5432 refused", "database"));
        assert!(!is_named_in("connect ECONNREFUSED 10.43.9.9:6379", "Postgres"));
        assert!(another_is_named_in("connect ECONNREFUSED 10.43.9.9:6379", "Postgres"));
        assert!(!another_is_named_in("database is locked", "SQLite"));
        assert!(!is_named_in("listening on :54321", "Postgres"));
    }
}
