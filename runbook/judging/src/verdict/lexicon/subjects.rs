//! What rows speak of that is no pod: tables of troubles hold such rows between the others, and no crash makes one of
//! them fit.

use super::fold_word;

const SUBJECTS: &str = "ingress ingresses service services port-forward portforward page pages browser ui url urls website \
     site dashboard loadbalancer nodeport helm build builds deploy pipeline login email emails mail users user hosts \
     host laptop query queries request requests performance latency response seite webseite anmeldung dienst \
     interface navigateur requete requetes pagina sitio navegador servicio consulta peticion servico";

/// Whether the first word of a pattern names something that is no pod, container, node or volume.
pub(crate) fn is_of_no_pod(pattern: &str) -> bool {
    let first = pattern.split(|c: char| c.is_whitespace() || c == '/').find(|word| !word.is_empty());
    first.is_some_and(|word| {
        let word = fold_word(word.trim_matches(|c: char| !c.is_alphanumeric()));
        SUBJECTS.split_whitespace().any(|known| known == word)
    })
}

#[cfg(test)]
mod tests {
    use super::is_of_no_pod;

    #[test]
    fn a_row_about_an_ingress_is_none_about_a_pod() {
        for pattern in ["Ingress returns 502", "Port-forward breaks off", "Seite lädt nicht", "UI shows an old version"]
        {
            assert!(is_of_no_pod(pattern), "{pattern}");
        }
        for pattern in ["Pod is odd", "no reply from the queue", "Sonde de liveness", ""] {
            assert!(!is_of_no_pod(pattern), "{pattern}");
        }
    }
}
