//! What the heads of columns say of them, in five languages: a pattern, a cause, an action, or something that belongs to
//! another kind of table.

use super::{Place, fold_word};

/// What a column holds, as far as its head says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// What one sees.
    Pattern,
    /// Why.
    Cause,
    /// What to do.
    Action,
    /// The table is of another kind when it begins with this.
    Foreign,
    /// A number or mark of the row.
    Number,
    /// Nothing is known.
    Open,
}

/// What the head says of the cells under it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Context {
    /// Bare numbers are exit codes.
    pub(crate) numbers_are_exit_codes: bool,
    /// Unread words are text of a log or an event.
    pub(crate) is_text: bool,
    /// Where text is looked for.
    pub(crate) place: Option<Place>,
}

const PATTERN: &str = "pattern patterns symptom symptoms symptome sign signs signal signature error errors failure failures \
     status state message messages event events log logs exit crash problem problems issue issues evidence \
     observation observed observe observations code see seen shows says indicator indication manifestation \
     fragment output condition reason exception behaviour behavior phase finding fault clue snippet text \
     describe warning appearance situation trouble waiting terminated termination fehler fehlermeldung \
     fehlerbild meldung meldungen anzeichen zustand ereignis ereignisse beobachtung absturz problembild \
     muster storung fehlercode hinweis erscheinung befund erreur erreurs symptome symptomes etat statut \
     evenement evenements probleme problemes journal constat panne observe signe motif anomalie sintoma \
     sintomas estado mensaje mensajes evento eventos problema problemas fallo fallos registro codigo senal \
     patron observacion averia indicio erro erros mensagem mensagens falha falhas sinal padrao observacao \
     indicador";

const CAUSE: &str = "cause causes meaning means explanation diagnosis interpretation root why likely probable possible \
     description background origin because explains ursache ursachen bedeutung erklarung diagnose grund \
     beschreibung signification explication origine raison diagnostic causa causas significado explicacion \
     diagnostico origen motivo descripcion razon explicacao descricao origem";

const ACTION: &str = "action actions fix fixes remedy remedies resolution solution solutions do next mitigation response \
     handling where check checks recovery recover remediation repair first suggested recommended command try \
     cure workaround treatment fixing confirm behebung losung massnahme massnahmen abhilfe aktion tun prufen \
     prufung schritt remede correctif correction faire verifier verification depannage solucion accion \
     acciones arreglo remedio hacer comprobar comprobacion verificar solucao acao acoes correcao fazer \
     verificacao resolucao resolver";

/// First heads of tables that are no classifiers, whatever their cells say.
const FOREIGN: &str = "severity variable variables setting settings parameter parameters option options flag field metric \
     metrics threshold environment env key role contact team owner port ports path tool tools version \
     dashboard endpoint url namespace step command commands alert alerts priority level sla slo date time \
     host node cluster service component default value label annotation document link runbook test task type \
     category area layer application workload deployment feature user group permission rule query panel unit \
     size stage impact escalation channel shift person resource file directory configuration config name \
     attribute property schweregrad einstellung befehl dienst komponente umgebung rolle schritt gravite \
     parametre reglage commande composant environnement etape gravedad severidad ajuste parametro comando \
     servicio componente entorno paso severidade gravidade configuracao servico ambiente passo etapa";

/// Whether a word is one of those that stand in a list.
fn holds(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|known| known == word)
}

/// The words of a head.
fn words(head: &str) -> Vec<String> {
    head.split(|c: char| !(c.is_alphanumeric() || c == '#' || c == '\''))
        .filter(|w| !w.is_empty())
        .map(fold_word)
        .collect()
}

/// What a head says of its column.
pub(crate) fn role(head: &str) -> Role {
    let words = words(head);
    let has = |known: &str| words.iter().any(|word| holds(known, word));
    let folded = words.join(" ");
    if words.is_empty() {
        return Role::Open;
    }
    if ["#", "no", "nr", "n", "row", "id", "num", "number"].contains(&folded.as_str()) {
        return Role::Number;
    }
    // "First check", "Next step", "Suggested action", "What to check", "Response time" say what to do.
    if has("time sla") && has("response resolution reaction") {
        return Role::Open;
    }
    let first = words[0].as_str();
    if holds(FOREIGN, &folded) || (holds(FOREIGN, first) && !has(PATTERN)) {
        return Role::Foreign;
    }
    let is_question = has("to faire hacer fazer tun do") && has(ACTION);
    match (has(PATTERN), has(CAUSE), has(ACTION)) {
        (_, _, true) if is_question => Role::Action,
        (true, true, _) if !["cause", "causes", "root"].iter().any(|word| words.contains(&(*word).to_owned())) => {
            Role::Pattern
        }
        (_, true, _) => Role::Cause,
        (_, _, true) => Role::Action,
        (true, ..) => Role::Pattern,
        _ => Role::Open,
    }
}

/// What a head says of the cells under it.
pub(crate) fn context(head: &str) -> Context {
    let words = words(head);
    let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    let is_about_exit = has(&["exit", "exitcode", "sortie", "salida", "saida"]) && !has(&["message"]);
    let is_log = has(&["log", "logs", "protokoll", "journal", "registro"]);
    let is_event = has(&["event", "events", "ereignis", "evenement", "evento", "eventos"]);
    let is_text = is_log
        || has(&["message", "messages", "text", "fragment", "snippet", "output", "meldung", "mensaje", "mensagem"])
        || (has(&["fehlermeldung"]));
    let place = match (is_log, is_event) {
        (true, false) => Some(Place::Logs),
        // A column of events may hold words of states beside them.
        _ => None,
    };
    Context { numbers_are_exit_codes: is_about_exit || words == ["code"], is_text, place }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_columns_hold() {
        for (head, wanted) in [
            ("Crash Pattern", Role::Pattern),
            ("What you see", Role::Pattern),
            ("`describe` shows", Role::Pattern),
            ("What killed it", Role::Open),
            ("Next step", Role::Action),
            ("Likely Cause", Role::Cause),
            ("Root cause", Role::Cause),
            ("What it means", Role::Cause),
            ("What to Check", Role::Action),
            ("First command", Role::Action),
            ("Usual cause", Role::Cause),
            ("Fehlermeldung", Role::Pattern),
            ("Mögliche Ursache", Role::Cause),
            ("Lösung", Role::Action),
            ("Symptôme", Role::Pattern),
            ("Que hacer", Role::Action),
            ("Causa provável", Role::Cause),
            ("Solução", Role::Action),
            ("Severity", Role::Foreign),
            ("Setting", Role::Foreign),
            ("Variable", Role::Foreign),
            ("Response Time", Role::Open),
            ("#", Role::Number),
        ] {
            assert_eq!(role(head), wanted, "{head}");
        }
    }

    #[test]
    fn reads_what_a_head_says_of_its_cells() {
        assert!(context("Exit Code").numbers_are_exit_codes);
        assert!(context("Log fragment").is_text);
        assert_eq!(context("Signature in Logs").place, Some(Place::Logs));
        assert!(!context("Error").is_text);
    }
}
