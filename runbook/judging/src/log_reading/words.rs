//! What the words of a line say: that something failed, why, that it only follows from what came before, or that all is
//! well. Each list is a kind of sentence, in the words that programs of many makers share.

use std::sync::LazyLock;

use regex::Regex;

/// Makes a pattern of alternatives, whatever the case.
macro_rules! pattern {
    ($name:ident, $doc:literal, [$($part:literal),+ $(,)?]) => {
        #[doc = $doc]
        static $name: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(concat!("(?i)", $("(?:", $part, ")|",)+ r"\z.")).expect("a fixed pattern compiles")
        });
    };
}

pattern!(
    FATAL,
    "Sentences with which a run ends, whatever their level.",
    [
        r"^(?:go: )?panic(?: recovered)?: ",
        r"^\s*panic: ",
        r"^fatal error: ",
        r"^fatal: ",
        r"\bpanicked at\b",
        r"^traceback \(most recent call last\)",
        r"\bunhandled (?:exception|promise rejection|error)\b",
        r"\buncaught (?:\w*exception|\w*error|signal)\b",
        r"^uncaught ",
        r"\bphp fatal error\b|^fatal error\b",
        r"\bsegmentation fault\b|\bsegfault\b|\bcore dumped\b|\bsigsegv\b|\bsigabrt\b|\bsigill\b|\bsigbus\b",
        r"^terminate called\b",
        r"\bexception in thread \S",
        r"\bapplication failed to start\b",
        r"\bexec format error\b",
        r"^(?:standard_init_linux|exec )\S* .*(?:no such file|permission denied|format error)",
        r"\boutofmemoryerror\b|\bheap out of memory\b|^fatal .*memory|\bmemoryerror\b|\bcannot allocate memory\b",
        r"\bassertion [`'].*failed|\bassertion failed\b",
        r"\*\* \((?:exit|mix|\w+error|stop)\b",
        r"\bcrash dump is being written\b",
        r"\bleader ?election lost\b|\blost leader election\b|\blost (?:the )?lease\b",
    ]
);

pattern!(
    FAILURE,
    "Words of failure.",
    [
        r"\b(?:error|errors|err)\b",
        r"\b[a-z]\w*(?:error|exception)\b",
        r"\bfail(?:ed|ure|ures|s|ing)?\b",
        r"\b(?:cannot|can't|can not|could not|couldn't|unable to|not able to|won't|must not|must be|not allowed)\b",
        r"\b(?:refused|denied|forbidden|unauthorized|rejected|invalid|illegal|malformed|corrupt\w*|mismatch\w*)\b",
        r"\bno such\b|\bnot found\b|\bnot set\b|\bunset\b|\bnot defined\b|\bundefined\b|\bmissing\b|\bdoes(?: not|n't) exist\b",
        r"\bno space left\b|\bread-only file system\b|\bin use\b|\balready (?:in use|locked|running|exists)\b",
        r"\btimed[ -]?out\b|\bdeadline exceeded\b|\betimedout\b|\btimeout\b",
        r"\bunbound variable\b|\bparameter not set\b|\bunknown (?:flag|option|argument|command|shorthand|key|host|database|column|variable|directive)\b",
        r"\bunrecognized\b|\bunrecognised\b|\bunsupported\b|\bincompatible\b|\bunexpected\b|\bnot permitted\b",
        r"\bexpired\b|\bx509\b|\bunreachable\b|\bno route to host\b|\bbroken\b|\babort(?:ed|ing)\b|\bexceed(?:s|ed)\b",
        r"\bbad (?:file|format|value|magic|header|address|credentials|interpreter|data|option|request|checksum)\b|\bname or service not known\b|\bgetaddrinfo\b|\bnot supported\b|\bnot compatible\b",
        r"\bno (?:\w+ ){1,4}(?:available|configured|reachable|running|left|remain\w*|responding)\b|\bnot (?:available|reachable|running|configured|writable|readable|responding|recogni[sz]ed)\b|\bunavailable\b",
        r"\btoo (?:low|small|large|big|long|short|many|few|old|new|high)\b|(?:^|: )not an? \w",
        r"\bis required\b|\brequired (?:environment|variable|setting|field|key|option|argument|flag)\b",
        r"\bfehler\b|\bfehlgeschlagen\b|\berreur\b|\béchec\b|\bimpossible de\b|\bfallo\b|\berro\b|\bfalha\b|[❌✗✖]",
    ]
);

pattern!(
    CAUSE,
    "Words that name a cause, not only that something failed.",
    [
        r"\b(?:refused|denied|forbidden|unauthorized|rejected|invalid|illegal|malformed|corrupt\w*|mismatch\w*)\b",
        r"\bno such\b|\bnot found\b|\bnot set\b|\bunset\b|\bnot defined\b|\bundefined\b|\bmissing\b|\bdoes(?: not|n't) exist\b",
        r"\bno space left\b|\bread-only file system\b|\bin use\b|\balready (?:locked|running|exists)\b|\blocked\b",
        r"\btimed[ -]?out\b|\bdeadline exceeded\b|\betimedout\b|\bi/o timeout\b|\bhandshake timeout\b",
        r"\beconn\w+\b|\benotfound\b|\beacces\b|\beperm\b|\beaddrinuse\b|\benoent\b|\benospc\b|\beai_again\b|\bemfile\b",
        r"\bunbound variable\b|\bparameter not set\b|\bunknown \w+\b|\bunrecogni[sz]ed\b|\bunsupported\b|\bincompatible\b",
        r"\bcannot (?:find|open|read|parse|load|resolve|connect|access|create|bind|allocate|stat|decode|unmarshal|be \w+)\b",
        r"\b(?:could not|couldn't|can't|unable to) (?:find|open|read|parse|load|resolve|connect|access|create|bind|locate|translate|lock|reach|write)\b",
        r"\bbad (?:file|format|value|magic|header|address|credentials|interpreter|data|option|checksum)\b|\bnot supported\b|\bnot compatible\b",
        r"\bno (?:\w+ ){1,4}(?:available|configured|reachable|running|left|responding)\b|\bnot (?:available|reachable|running|configured|writable|readable|responding)\b",
        r"\btoo (?:low|small|large|big|long|short|many|few|old|new|high)\b|(?:^|: )not an? \w",
        r"\bexpired\b|\bx509\b|\bcertificate\b|\bunreachable\b|\bno route to host\b|\bconnection reset\b|\bno leader\b",
        r"\bout of memory\b|\boutofmemory\w*|\bcannot allocate\b|\btoo many open files\b|\bexceed(?:s|ed)\b|\bdeadlock\b|\bquota\b",
        r"\bis required\b|\brequired\b|\bmust (?:be|not|have)\b|\bexpected\b|\bpermission\b|\bnot permitted\b|\bauthentication\b",
        r"\bnil pointer\b|\bnullpointer\w*|\bnull reference\b|\bindex out of\b|\bconcurrent map\b|\bunwrap\(\)|\bdivision by zero\b",
        r"\bsyntax error\b|\bparse error\b|\bparsing\b|\bunexpected (?:token|end|eof|character|key|type)\b|\bduplicate\b|\bconflict\w*\b",
        r"\bgetaddrinfo\b|\bno host\b|\bname resolution\b|\bname or service not known\b|\bexec format error\b|\bversion\b.*\bnewer\b",
        r"\b\w+(?:error|exception): \S|\berrno \d|\(os error \d+\)|\bsqlstate\b|\bmodule not found\b|\bno module named\b",
    ]
);

pattern!(
    CONSEQUENCE,
    "Sentences that only follow from what stands before them, or point at it.",
    [
        r"\bsee (?:the )?(?:above|line|lines|log|logs|previous|error|errors|output|details?|below|preceding)\b|\bsee\b.{0,30}\babove\b",
        r"\b(?:error|errors|line|lines|message|messages|output|log|logs|details) above\b|\babove (?:error|errors|message|for)\b",
        r"\bcheck (?:the |your )?(?:log|logs|output)\b",
        r"^\W*(?:\S+ ){0,6}exit(?:ing|ed|s)?\b(?: now| here)?(?: with| due| on| because|,|\.|:| \(|$| code| status)",
        r"\bexit(?:ed|ing|s)? (?:with )?(?:code|status|non-zero)\b|\bexit status \d+\b|\bexit code:? ?\d+\b|\breturned? (?:non-zero|exit) ",
        r"\bshutting down\b|\bshut(?:ting)? ?down\b|\bstopping\b|\bstopped\b|\bterminat(?:ed|ing)\b|\bgiving up\b|\bgave up\b",
        r"\baborting\b|\bbailing out\b|\bquitting\b|\bgoodbye\b|\bbye\b|\bcleaning up\b|\bcleanup\b|\brolling back\b",
        r"\b(?:start(?:ing)? ?up|boot(?:strap)?|initiali[sz]ation|init|setup|launch) (?:has )?failed\W*$",
        r"\bfailed to (?:start|launch|boot|initiali[sz]e|run)(?: (?:up|the|this|app\w*|server|service|application|process|command|container|main|program|worker|all|plugin)){0,3}\W*$",
        r"\b(?:application|app|server|service|process|program|command|worker|container|job|task|script|build|main|run) (?:has |run |start(?:up)? )?(?:failed|crashed|died|ended|exited|errored|terminated)\W*$",
        r"^npm (?:err!|error)|\blifecycle script\b|\bELIFECYCLE\b|^yarn run|^error: script\b|^error command failed\b",
        r"^\W*(?:an )?(?:unexpected |unknown |fatal |critical |internal |unhandled )?(?:error|errors|exception|failure)(?: (?:occurred|happened|encountered|detected))?\W*$",
        r"\bsomething went wrong\b|\bmain process\b|\bcontainer (?:killed|exited)\b|\bcore dumped\b|^goroutine \d|\brespawn\w*\b|\brestarting\b",
        r"\bapplication run failed\b|\berror creating bean\b|\bcontext initialization\b|\bcrash dump is being written\b|\bkernel pid terminated\b",
        r"^killed$|^terminated$|^aborted$|\bworker \S* ?(?:failed to boot|exiting|exited|was sent)\b|\breason: worker failed\b",
        r"\bnode\.js v\d|\bunhandledpromiserejection\w*\b.*\bcode\b|^\s*\^+\s*$",
    ]
);

pattern!(
    CALM,
    "Sentences that use words of failure and say that all is well.",
    [
        r"\b(?:0|no|zero|without(?: any)?) (?:\w+ )?(?:errors?|failures?|failed|warnings?|problems?|issues?)\b",
        r#"\berr(?:or|ors)?"?\s?[=:]\s?"?(?:0|nil|null|none|<nil>|false|"")(?:\W|$)"#,
        r"\bfail(?:ed|ures?)\s?[=:]\s?0\b|\b0 failed\b|\berrors?: ?0\b",
        r"\berror[_ -]?(?:log|page|pages|handler|handling|rate|budget|reporting|level|document|code=0|count[=: ]+0)\b",
        r"\bon[_-]?error\b|--\S*error\S*|\blog[_-]?level\b|\bstderr\b|/error\b|\bfailover\b|\bfailsafe\b",
        r"\bignor(?:ed|ing)\b|\bnon-?fatal\b|\bharmless\b|\brecovered from\b|\bno longer\b|\bwas resolved\b|\bexpected error\b",
    ]
);

pattern!(
    BENIGN,
    "Errors that programs report about others, or of an orderly end: never why this run ended.",
    [
        r"\bserver closed\b.*$|\bhttp: server closed\b|\berrserverclosed\b",
        r"\bcontext cancell?ed\b|\boperation was cancell?ed\b|\buse of closed network connection\b",
        r"\bbroken pipe\b|\bclient (?:closed|disconnected|has closed|sent|prematurely)\b|\bwhile reading client\b|\bstream closed\b",
        r"\bclient: \d+\.\d+\.\d+\.\d+, server:",
        r"\bpanic recovered\b|\bhttp: panic serving\b|\brecovered (?:from )?panic\b",
        r#"^[^":]{0,60}\bfatal:\s+(?:the database system is|terminating connection due to|password authentication failed|no pg_hba|role .\S+. does|database .\S+. does|sorry, too many clients|remaining connection slots|canceling)"#,
        r"\bfavicon\.ico\b|\brobots\.txt\b|\bdeprecat\w+\b",
        r#""(?:get|post|put|head|delete|patch|options) /\S* http/[\d.]+" \d{3}"#,
        r"\b(?:get|post|put|head|delete|patch) /\S* (?:\S+ )?[1-5]\d\d\b",
        r"\bto enable .*(?:accelerat|perform)\w*|\bcould not (?:load|find) (?:dynamic library|cuda)\b|\bovercommit_memory\b|\btransparent huge pages\b",
        r"\btls handshake error from\b|\bssl_do_handshake\(\)|\bremote host closed\b|\bpeer closed connection\b",
    ]
);

pattern!(
    RECOVERY,
    "Sentences that say that the program works.",
    [
        r"\blistening (?:on|at)\b|\bserving (?:on|at|http)\b|\bserver (?:is )?(?:started|running|listening|ready)\b|\bready (?:to|for) \w+",
        r"\bstarted (?:\w+ )?in [\d.]+|\bstartup complete\b|\bsuccessfully (?:connected|started|acquired|reconnected|restored)\b",
        r"\bconnection (?:restored|re-?established)\b|\breconnected\b|\bis (?:up|healthy|ready) (?:again|now)\b|\brecovered\b|\bcaught up\b",
    ]
);

pattern!(
    ENDING,
    "Work of an orderly end: neither calm work nor a failure.",
    [
        r"\bshut(?:ting)?[ -]?down\b|\bstopp(?:ed|ing)\b|\bstop\b|\bclos(?:ed|ing|e)\b|\bexit(?:ing|ed)?\b|\bterminat(?:ed|ing|ion)\b",
        r"\bdrain(?:ed|ing)?\b|\bgraceful\w*\b|\bsig(?:term|int|quit|hup|kill)\b|\bsignal\b|\bbye\b|\bcleanup\b|\bcleaning\b|\bflush\w*\b",
        r"\bfinish(?:ed|ing)\b|\bquit\w*\b|\bunregister\w*\b|\bdisconnect\w*\b|\brelease\w*\b|\bgoing down\b|\binterrupt\w*\b|\bcancel\w*\b",
        r"^(?:usage|flags|options|available commands|examples?|arguments)\b:?|^run '.*--help'|\b--help\b|^for more\b|^note: ",
    ]
);

pattern!(
    SIGNAL,
    "Sentences that say that somebody asked the program to end.",
    [
        r"\b(?:received|caught|got|handling|trapped|on)\b.{0,24}\b(?:sig(?:term|int|quit)|signal|terminated|interrupt)\b",
        r"\bsig(?:term|int|quit)\b.{0,24}\b(?:received|caught)\b|\bterminating due to signal\b|\bgraceful(?:ly)? (?:stop|shut|exit|terminat)\w*",
        r"\bsignal (?:15|2|3)\b|\bsigterm\b|\bshutdown (?:signal|requested|request)\b|\breceived (?:fast|smart) shutdown request\b",
    ]
);

pattern!(
    RETRY,
    "Sentences of a loop that tries again.",
    [
        r"\bretr(?:y|ies|ied|ying)\b|\btry(?:ing)? again\b|\battempt\b|\bbacking off\b|\bback-?off\b|\bwaiting for\b|\bwill (?:try|retry)\b|\breconnect(?:ing)?\b",
    ]
);

pattern!(
    MEMORY,
    "Sentences about memory that ran out.",
    [
        r"\boutofmemory\w*\b|\bout of memory\b|\b\w*memoryerror\b|\b(?:cannot|unable to) allocate\b|\bheap (?:limit|space|out)\b|\boom\b|\ballocation failed\b|\bstd::bad_alloc\b|\bmemory (?:limit|exhausted|allocation)\b",
    ]
);

/// Whether a line without a level ends a run by its words.
pub(super) fn is_fatal(text: &str) -> bool {
    FATAL.is_match(text) && !CALM.is_match(text)
}

/// Whether a line without a level reports a failure by its words.
pub(super) fn is_failure(text: &str) -> bool {
    FAILURE.is_match(text) && !CALM.is_match(text)
}

/// Whether a line names a cause.
pub(super) fn names_cause(text: &str) -> bool {
    CAUSE.is_match(text)
}

/// Whether a line only follows from others, or points at them.
pub(super) fn is_consequence(text: &str) -> bool {
    CONSEQUENCE.is_match(text)
}

/// Whether a line points at another one.
pub(super) fn points_elsewhere(text: &str) -> bool {
    static POINTER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\bsee\b.{0,40}\b(?:above|below|previous|preceding|logs?|details?|output)\b|\b(?:errors?|lines?|messages?|output|logs?|details) above\b|\bfollowing\b.{0,20}\b(?:lines?|errors?|problems?|issues?|messages?|checks?)\b|\blisted below\b")
            .expect("a fixed pattern compiles")
    });
    POINTER.is_match(text)
}

/// Whether an error says nothing of why this run ended.
pub(super) fn is_benign(text: &str) -> bool {
    BENIGN.is_match(text)
}

/// Whether a line says that the program works.
pub(super) fn is_recovery(text: &str) -> bool {
    RECOVERY.is_match(text) && !FAILURE.is_match(text)
}

/// Whether a line belongs to the end of a run.
pub(super) fn is_ending(text: &str) -> bool {
    ENDING.is_match(text) || CONSEQUENCE.is_match(text)
}

/// Whether a line says that somebody asked the program to end.
pub(super) fn is_signal(text: &str) -> bool {
    SIGNAL.is_match(text)
}

/// Whether a line belongs to a loop that tries again.
pub(super) fn is_retry(text: &str) -> bool {
    RETRY.is_match(text)
}

/// Whether a line is about memory that ran out.
pub(super) fn is_about_memory(text: &str) -> bool {
    MEMORY.is_match(text)
}
