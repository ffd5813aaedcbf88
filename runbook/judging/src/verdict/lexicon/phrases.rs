//! Phrases of prose, folded to lower case without accents and hyphens, in English, German, French, Spanish and
//! Portuguese. `|` stands between ways of saying one thing.

use super::Meaning;
use crate::verdict::language::{NodeTrouble, Place, Probe, Saying};

pub(super) const PHRASES: &[(Meaning, &str)] = &[
    // States.
    (
        Meaning::Reason("OOMKilled"),
        "oom killed|oomkilled|oom kill|oom kills|oom|ooms|oom killer|killed by oom|killed by the oom killer|memory limit exceeded|exceeds memory limit|exceeded memory limit|over the memory limit|over its memory limit|speicherlimit uberschritten|limite memoire depassee|limite de memoria excedido|limite de memoria superado",
    ),
    (
        Meaning::OutOfMemory,
        "out of memory|memory exhausted by the container|runs out of memory|ran out of memory|killed by the kernel|killed by kernel|used too much memory|uses too much memory|using too much memory|too much memory|hit its memory limit|hits its memory limit|hit the memory limit|vom kernel beendet|zu viel speicher|tue par le noyau|trop de memoire|demasiada memoria",
    ),
    (
        Meaning::Reason("CrashLoopBackOff"),
        "crash looping|crash loop|crash loops|crashloop|crashlooping|crashloops|crash loop backoff|crash loop back off|crash looped|keeps crashing|crashes repeatedly|sturzt immer wieder ab|absturzschleife|plante en boucle|boucle de plantages|se cae en bucle|bucle de reinicios|bucle de caidas|loop de reinicios|em loop|en bucle",
    ),
    (
        Meaning::Reason("BackOff"),
        "back off restarting failed container|back off restarting the failed container|back off restarting|backoff restarting failed container",
    ),
    (
        Meaning::Reason("ImagePullBackOff"),
        "image pull error|image pull errors|image pull failure|image pull failures|image pull fails|image pull failed|image pull backoff|image pull back off|image cannot be pulled|image can not be pulled|cannot pull image|cannot pull the image|can't pull image|failed to pull image|failing to pull image|unable to pull image|image konnte nicht geladen werden|image kann nicht geladen werden|echec du telechargement de l'image|impossible de telecharger l'image|no puede descargar la imagen|no se puede descargar la imagen|fallo al descargar la imagen|falha ao baixar a imagem|nao consegue baixar a imagem|errimagepull",
    ),
    (
        Meaning::Reason("Evicted"),
        "evicted|eviction|pod evicted|verdrangt|evince|evincee|expulse|expulsado|desalojado|despejado|expulso",
    ),
    (
        Meaning::Reason("FailedScheduling"),
        "unschedulable|cannot be scheduled|can't be scheduled|not schedulable|not scheduled|failed scheduling|failed to schedule|kann nicht eingeplant werden|nicht einplanbar|ne peut pas etre planifie|no se puede programar|nao pode ser agendado",
    ),
    (
        Meaning::Reason("FailedMount"),
        "failed mount|mount failed|mount fails|mount failure|volume mount failed|volume mount failure|volume mount error",
    ),
    (Meaning::Reason("FailedAttachVolume"), "failed attach volume|volume attach failed|attach failed"),
    (Meaning::Reason("CreateContainerConfigError"), "create container config error"),
    (Meaning::Reason("CreateContainerError"), "create container error"),
    (Meaning::Reason("ContainerCreating"), "container creating|being created"),
    (Meaning::Reason("Pending"), "pending|in attesa|ausstehend|en attente|pendiente|pendente"),
    (Meaning::Reason("Completed"), "completed|terminado con exito|concluido com sucesso|erfolgreich beendet"),
    (Meaning::Reason("Terminating"), "terminating"),
    (Meaning::Reason("Running"), "running"),
    // Exit codes by what they mean.
    (
        Meaning::Exit(139, 139),
        "segmentation fault|segmentation faults|segfault|segfaults|sigsegv|speicherzugriffsfehler|erreur de segmentation|violacion de segmento|falha de segmentacao",
    ),
    (Meaning::Exit(137, 137), "sigkill"),
    (Meaning::Exit(143, 143), "sigterm"),
    (Meaning::Exit(134, 134), "sigabrt"),
    (Meaning::Exit(132, 132), "sigill|illegal instruction"),
    (Meaning::Exit(135, 135), "sigbus|bus error"),
    (Meaning::Exit(136, 136), "sigfpe"),
    (Meaning::Exit(130, 130), "sigint"),
    (Meaning::Exit(129, 129), "sighup"),
    (Meaning::Exit(131, 131), "sigquit"),
    (Meaning::Exit(141, 141), "sigpipe"),
    (
        Meaning::Exit(1, 255),
        "non zero exit|nonzero exit|non zero exit code|nonzero exit code|exits non zero|exited non zero|exit code non zero|exit code nonzero|exits nonzero",
    ),
    (
        Meaning::ExitWord,
        "exit|exits|exited|exiting|exit code|exit codes|exit status|exitcode|exit codes of|exits with|exits with code|exits with status|exits with exit code|exit with|exit with code|exited with|exited with code|exited with status|exited with exit code|exiting with|exiting with code|with exit code|terminated with exit code|terminates with exit code|terminated with code|return code|returncode|code d'erreur|code de sortie|code retour|code de retour|sort avec le code|sort avec code|quitte avec le code|beendet mit code|beendet sich mit code|endet mit code|endet mit exit code|beendet mit exit code|exitcode|ruckgabewert|codigo de salida|codigo de error|sale con codigo|sale con el codigo|termina con codigo|termina con el codigo|codigo de saida|sai com codigo|sai com o codigo|termina com codigo|termina com o codigo",
    ),
    // What programs say.
    (
        Meaning::Says(Saying::Timeout),
        "i/o timeout|i/o timeouts|io timeout|read timeout|connection timeout|connect timeout|connection timed out|deadline exceeded|context deadline exceeded|timed out|times out|time out|timeouts|timeout|timing out|request timeout|zeituberschreitung|zeituberschreitungen|delai depasse|delai d'attente depasse|expiration du delai|tiempo de espera agotado|tiempo agotado|tempo esgotado|tempo limite esgotado|tempo limite excedido",
    ),
    (
        Meaning::Says(Saying::Refused),
        "connection refused|connections refused|refused connection|refused connections|refuses connection|refuses connections|connection is refused|econnrefused|verbindung abgelehnt|verbindung verweigert|verbindung wird abgelehnt|connexion refusee|connexion refuse|conexion rechazada|conexion denegada|conexao recusada|conexao negada",
    ),
    (
        Meaning::Says(Saying::NoHost),
        "no such host|name or service not known|temporary failure in name resolution|could not resolve host|cannot resolve host|cannot resolve|unknown host|unknownhostexception|enotfound|host not found|dns lookup failed|dns lookup fails|dns resolution failed|dns resolution fails|dns failure|nxdomain|name resolution fails|name resolution failed|host nicht gefunden|namensauflosung schlagt fehl|hote introuvable|host no encontrado|host nao encontrado",
    ),
    (
        Meaning::Says(Saying::Permission),
        "permission denied|permissions denied|eacces|operation not permitted|permission refusee|permission non accordee|zugriff verweigert|keine berechtigung|permiso denegado|permisos denegados|permissao negada|acesso negado",
    ),
    (
        Meaning::Says(Saying::NoSpace),
        "no space left on device|no space left|disk full|disk is full|volume is full|volume full|enospc|festplatte voll|platte voll|kein speicherplatz|kein platz mehr|disque plein|plus d'espace disque|plus d'espace|espace disque insuffisant|disco lleno|sin espacio en disco|sin espacio|disco cheio|sem espaco em disco|sem espaco",
    ),
    (
        Meaning::Says(Saying::Memory),
        "memory exhausted|cannot allocate memory|out of memory error|outofmemoryerror|heap out of memory|not enough memory|speicher voll|nicht genug speicher|memoire insuffisante|plus de memoire|memoria insuficiente|sin memoria|falta de memoria|sem memoria",
    ),
    (
        Meaning::Says(Saying::InUse),
        "address already in use|port already in use|port is already in use|port in use|eaddrinuse|port belegt|port bereits belegt|adresse deja utilisee|port deja utilise|puerto en uso|direccion ya en uso|porta em uso",
    ),
    (
        Meaning::Says(Saying::NotFound),
        "no such|not found|is not found|was not found|cannot be found|could not be found|does not exist|doesn't exist|do not exist|is missing|are missing|missing|notfound|not there|nicht gefunden|fehlt|existiert nicht|introuvable|manquant|manquante|n'existe pas|no encontrado|no encontrada|no existe|falta|nao encontrado|nao encontrada|nao existe|ausente",
    ),
    (
        Meaning::Says(Saying::NoCommand),
        "command not found|executable not found|executable file not found|executable file not found in $path|befehl nicht gefunden|commande introuvable|orden no encontrada|comando no encontrado|comando nao encontrado",
    ),
    (
        Meaning::Says(Saying::Certificate),
        "certificate invalid|invalid certificate|certificate error|certificate errors|tls error|tls errors|certificate verify failed|certificate verification failed|certificate signed by unknown authority|x509|x509 error|zertifikatsfehler|ungultiges zertifikat|certificat invalide|certificado invalido",
    ),
    (
        Meaning::Says(Saying::Credentials),
        "authentication failed|authentication failure|authentication error|authentication required|auth failed|auth error|password authentication failed|login failed|invalid credentials|wrong password|wrong credentials|bad credentials|access denied|anmeldung fehlgeschlagen|authentifizierung fehlgeschlagen|echec d'authentification|fallo de autenticacion|error de autenticacion|falha de autenticacao",
    ),
    (
        Meaning::Says(Saying::Error),
        "errors|error messages|stack trace|stacktrace|stack traces|an error|error message|fehlermeldungen|erreurs|errores|erros",
    ),
    (
        Meaning::Words("leader election lost"),
        "leader election lost|leaderelection lost|lost leader election|lost leadership|loses leader election|loses its lease",
    ),
    (Meaning::Words("connection reset by peer"), "connection reset by peer|connection reset|econnreset"),
    (Meaning::Words("no such file or directory"), "no such file or directory|no such file"),
    (Meaning::Words("exec format error"), "exec format error"),
    (
        Meaning::Words("certificate has expired"),
        "certificate has expired|certificate expired|expired certificate|zertifikat abgelaufen|certificat expire|certificado caducado|certificado expirado",
    ),
    (Meaning::Words("too many open files"), "too many open files|emfile"),
    (Meaning::Words("no route to host"), "no route to host|ehostunreach"),
    (Meaning::Words("network is unreachable"), "network is unreachable|network unreachable"),
    (Meaning::Words("read-only file system"), "read only file system|read only filesystem|readonly filesystem|erofs"),
    (Meaning::Words("multi-attach error"), "multi attach error|multi attach"),
    (Meaning::Words("java heap space"), "java heap space|heap space"),
    (Meaning::Words("database is locked"), "database is locked|database locked"),
    (Meaning::Words("stack overflow"), "stack overflow|stackoverflowerror"),
    (Meaning::Words("unauthorized"), "unauthorized|unauthorised|http 401"),
    (Meaning::Words("forbidden"), "forbidden|http 403"),
    (Meaning::Words("no matching manifest"), "no matching manifest"),
    (Meaning::Words("manifest unknown"), "manifest unknown|manifest not found"),
    (
        Meaning::Words("exceeded quota"),
        "exceeded quota|quota exceeded|quota uberschritten|quota depasse|cuota excedida|cota excedida",
    ),
    (Meaning::Words("insufficient memory"), "insufficient memory"),
    (Meaning::Words("insufficient cpu"), "insufficient cpu"),
    (Meaning::Words("nodes are available"), "nodes are available"),
    (Meaning::Words("untolerated taint"), "untolerated taint|untolerated taints"),
    (Meaning::Words("ephemeral-storage"), "ephemeral storage"),
    (Meaning::Words("rate limit"), "rate limit|rate limited|rate limit exceeded"),
    (Meaning::Words("too many requests"), "too many requests|toomanyrequests"),
    (Meaning::Words("segmentation fault"), "general protection fault"),
    (Meaning::Words("panic"), "panic|panics|go panic"),
    (Meaning::Words("broken pipe"), "broken pipe"),
    (Meaning::Words("unknown flag"), "unknown flag|unknown option"),
    (Meaning::Words("failed to assign an ip address"), "failed to assign an ip address"),
    // Objects.
    (Meaning::Object("ConfigMap"), "configmap|configmaps|config map|config maps"),
    (Meaning::Object("Secret"), "secret|secrets"),
    (
        Meaning::Object("PersistentVolumeClaim"),
        "pvc|pvcs|persistentvolumeclaim|persistentvolumeclaims|persistent volume claim|volume claim|claim",
    ),
    (Meaning::Object("ServiceAccount"), "serviceaccount|service account"),
    (Meaning::Object("StorageClass"), "storageclass|storage class"),
    (Meaning::Object("Image"), "image|images|abbild|imagen|imagem"),
    (Meaning::Object("Table"), "table|relation"),
    (Meaning::Object("Module"), "module|modulo"),
    (Meaning::Object("File"), "file|datei|fichier|archivo|arquivo"),
    // Probes and nodes.
    (
        Meaning::Probe(Probe::Liveness),
        "liveness|livenessprobe|liveness check|liveness checks|liveness sonde|sonde de liveness|sonde liveness|sonda de liveness|sonda liveness|sonde de vivacite|sonda de actividad|liveness probe failed|liveness probe fails|liveness probe failing|liveness probe failure|liveness probe failures|liveness probe errors|liveness failed|liveness failing|liveness probe|failed liveness probe|failing liveness probe|liveness probe schlagt fehl|liveness probe fehlgeschlagen|liveness probe echoue|echec de la liveness probe|echec liveness probe|fallo de liveness probe|falla la liveness probe|liveness probe falla|liveness probe falhou|falha na liveness probe|falha de liveness probe",
    ),
    (
        Meaning::Probe(Probe::Readiness),
        "readiness|readinessprobe|readiness check|readiness checks|readiness sonde|sonde de readiness|sonde readiness|sonda de readiness|sonda readiness|sonda de preparacion|readiness probe failed|readiness probe fails|readiness probe failing|readiness probe failure|readiness probe failures|readiness probe errors|readiness failed|readiness failing|readiness probe|failed readiness probe|failing readiness probe|readiness probe schlagt fehl|readiness probe fehlgeschlagen|readiness probe echoue|echec de la readiness probe|readiness probe falla|falla la readiness probe|readiness probe falhou|falha na readiness probe",
    ),
    (
        Meaning::Probe(Probe::Startup),
        "startupprobe|startup check|startup sonde|sonde de startup|sonde de demarrage|sonda de arranque|sonda de inicio|sonda de startup|startup probe failed|startup probe fails|startup probe failing|startup probe failure|startup probe failures|startup probe errors|startup probe|failed startup probe|startup probe schlagt fehl|startup probe echoue|startup probe falla|startup probe falhou",
    ),
    (
        Meaning::Node(NodeTrouble::NotReady),
        "node not ready|nodenotready|node notready|node is not ready|node is notready|node down|node is down|node lost|node unreachable|node is unreachable|node gone|knoten nicht bereit|knoten ist nicht bereit|node nicht bereit|noeud non pret|noeud pas pret|noeud notready|nodo no listo|nodo no esta listo|nodo notready|no nao pronto|no notready",
    ),
    (
        Meaning::Node(NodeTrouble::Disk),
        "disk pressure|diskpressure|node disk pressure|node diskpressure|node has disk pressure",
    ),
    (Meaning::Node(NodeTrouble::Memory), "memory pressure|memorypressure|node memory pressure|node memorypressure"),
    (Meaning::Node(NodeTrouble::Pids), "pid pressure|pidpressure|node pid pressure|node pidpressure"),
    // Restarts and times.
    (
        Meaning::Restarting,
        "restarts|restarted|restarting|keeps restarting|is restarting|restarts repeatedly|restarts in a loop|restart loop|restarts again and again|frequent restarts|constant restarts|restarts climb|restarts climbing|restarts increasing|high restart count|restarts count climbs|restart count climbs|restart count increasing|restart count increases|startet neu|startet standig neu|startet immer wieder neu|neustarts|redemarre|redemarre en boucle|redemarrages|redemarre sans cesse|se reinicia|se reinicia constantemente|reinicia constantemente|reinicios|reinicia|reinicia em loop|reinicia sem parar",
    ),
    (
        Meaning::RestartWord,
        "restart count|restarts count|restarts >|restartcount|anzahl neustarts|nombre de redemarrages|numero de reinicios",
    ),
    (
        Meaning::NotReady,
        "not ready|notready|unready|never ready|never becomes ready|not becoming ready|nicht bereit|wird nicht bereit|wird nie bereit|pas pret|pas prete|jamais pret|no listo|no esta listo|nao pronto|nao esta pronto|nao fica pronto",
    ),
    (Meaning::Ready, "ready|bereit|pret|listo|pronto"),
    (
        Meaning::Soon(30),
        "within seconds of start|within seconds of starting|within seconds of startup|within seconds|seconds after start|seconds after starting|seconds after startup|immediately|immediately after start|immediately after starting|immediately after startup|immediately on start|right after start|right after starting|right after startup|right away|shortly after start|shortly after startup|at once|sofort|sofort nach dem start|kurz nach dem start|direkt nach dem start|immediatement|des le demarrage|juste apres le demarrage|inmediatamente|nada mas arrancar|al poco de arrancar|imediatamente|logo apos iniciar|logo apos o inicio",
    ),
    // Where to look.
    (
        Meaning::Place(Place::PreviousLog),
        "in previous log|in previous logs|in the previous log|in the previous logs|in previous container logs|in the previous container log|previous logs show|previous log shows|logs previous|im vorherigen log|dans le log precedent|en el log anterior|in the log of the last run",
    ),
    (
        Meaning::Place(Place::Logs),
        "in log|in logs|in the log|in the logs|in its log|in its logs|in pod log|in pod logs|in the pod logs|in the pod log|in container log|in container logs|in the container logs|in app log|in app logs|in application logs|in the app log|in the application log|in the application logs|in current logs|in stdout|in stderr|in output|in the output|on stderr|from logs|from the logs|from the log|logs say|log says|logs show|log shows|logs contain|log contains|logs end with|log ends with|logs ending with|logs mention|log mentions|logs report|log reports|logs print|logged|logs|log|log line|log lines|log message|log messages|output says|output shows|prints|im log|in den logs|im protokoll|in der ausgabe|log zeigt|logs zeigen|log enthalt|logs enthalten|log meldet|log endet mit|dans le log|dans les logs|dans les journaux|les logs montrent|le log montre|les logs contiennent|en el log|en los logs|en los registros|los logs muestran|el log muestra|el log dice|los logs dicen|nos logs|logs mostram|o log mostra|os logs mostram|log mostra",
    ),
    (
        Meaning::Place(Place::Events),
        "in event|in events|in the event|in the events|in pod events|in the pod events|in kubernetes events|from events|events show|event shows|events say|event says|events contain|events mention|events list|events|event|in den events|in den ereignissen|events zeigen|im event|dans les evenements|dans les events|les evenements montrent|en los eventos|los eventos muestran|nos eventos|os eventos mostram",
    ),
    (
        Meaning::Place(Place::Anywhere),
        "in describe|in the describe output|describe shows|describe says|in kubectl describe|in status|in the status|in its status|in last state|in the last state|in last terminated reason|in last terminated state|in terminated reason|in termination reason|in reason|in the reason|status shows|state shows|status says|reported in status|with status|with reason|with state|in state|in pod status|im status|im zustand|mit status|dans le statut|dans l'etat|avec le statut|a l'etat|en estado|con estado|en el estado|com status|com estado|no status|in phase",
    ),
    // Denials.
    (
        Meaning::NoErrors,
        "no error|no errors|without error|without errors|no error message|no error messages|no obvious error|no obvious errors|no stack trace|no stacktrace|no traceback|no exception|keine fehler|ohne fehler|sans erreur|sin errores|sem erros",
    ),
    (
        Meaning::NoOutput,
        "no output|no log output|no logs|no log lines|without output|without any output|without log output|without any log output|without logs|without any logs|empty log|empty logs|log is empty|logs are empty|nothing in the log|nothing in the logs|keine ausgabe|ohne ausgabe|leeres log|log ist leer|sans sortie|aucune sortie|sin salida|sem saida",
    ),
    (
        Meaning::Not,
        "not|no|without|never|isn't|aren't|none|nothing|neither|nor|kein|keine|keinen|keiner|nicht|ohne|nie|sans|aucun|aucune|pas|jamais|ningun|ninguna|sin|nunca|nenhum|nenhuma|sem|nao",
    ),
    // Where and when, which changes nothing.
    (
        Meaning::Adjunct,
        "en boucle|in schleife|in einer schleife|in endlosschleife|in der schleife|while it starts|while it is starting|while the app starts|as it starts|when it starts|before it is up|at boot|on boot|at start|on start|at startup|on startup|at start up|on start up|after start up|after startup|after start|during start|during startup|during start up|while starting|while starting up|when starting|beim start|beim hochfahren|nach dem start|au demarrage|apres le demarrage|al arrancar|al iniciar|en el arranque|al inicio|na inicializacao|ao iniciar|no arranque|every few minutes|every few seconds|every few hours|every minute|every hour|frequently|frequent|frequents|haufig|frecuentes|frequentes|in a loop|again and again|all the time|over and over|repeatedly|continuously|constantly|standig|immer wieder|en permanence|constantemente|once|twice|sometimes|often|usually|typically|right now|currently|at runtime|in production",
    ),
    (
        Meaning::Narrows,
        "calling|talking|contacting|querying|accessing|reaching|exactly|exactly once|only once|just once|exactly twice|only twice|just twice|the first time|for the first time|genau|genau einmal|nur einmal|une seule fois|una sola vez|uma unica vez|after|before|when|while|during|since|until|only|if|unless|except|because|due|despite|right after|whenever|nach|vor|wenn|wahrend|seit|bis|nur|falls|wegen|trotz|apres|avant|quand|lors|pendant|depuis|jusqu'a|seulement|si|sauf|a cause|despues|antes|cuando|mientras|durante|desde|hasta|solo|depois|apos|quando|enquanto|ate|somente|apenas",
    ),
    (
        Meaning::Towards,
        "to|from|against|towards|toward|with|an|zu|zur|zum|auf|vers|a|au|aux|contra|hacia|con|para|ao|com|by",
    ),
    // What carries no condition of its own.
    (
        Meaning::Filler,
        "could not|couldn't|cannot|can not|can't|konnte nicht|kann nicht|does not start|doesn't start|do not start|don't start|won't start|will not start|did not start|didn't start|not starting|never starts|can't start|cannot start|does not come up|doesn't come up|won't come up|not coming up|never comes up|does not run|doesn't run|won't run|startet nicht|starten nicht|kommt nicht hoch|lauft nicht|ne demarre pas|ne demarrent pas|ne se lance pas|no arranca|no arrancan|no inicia|no se inicia|nao inicia|nao arranca|nao sobe|nicht gestartet|fehlschlagt|fehlschlagen|erscheint|erscheinen|auftaucht|auftritt|vorkommt|aparece|aparecen|apparait|apparaissent|surge|surgen|fehlgeschlagen|schlagt|schlagen|fehl|echoue|echouent|echec|en echec|falla|fallan|fallida|fallido|fallo|falha|falhou|the|a|an|is|are|was|were|be|been|has|have|had|of|on|for|at|by|in|into|its|it|this|that|these|any|some|all|as|api|tls|http|https|server|request|requests|calls|call|reason|status|state|states|phase|pod|pods|pod's|container|containers|container's|shows|show|shown|showing|seen|see|says|say|saying|contains|contain|containing|mentions|reports|reported|reporting|prints|ends|ending|error|errors|message|messages|line|lines|process|processes|last|terminated|terminates|termination|terminate|stuck|stays|stay|staying|remains|remain|hangs|hanging|hung|stands|sits|goes|gets|get|becomes|enters|keeps|keep|fails|failed|failing|fail|failure|failures|killed|kills|dies|died|crashes|crashed|crash|crashing|stops|stopped|quits|ends|ended|k8s|kubernetes|kubectl|describe|waiting|appears|appear|appeared|there|with|will|not yet|still|always|just|very|e.g|eg|i.e|ie|etc|typ|type|signal|code|codes|value|text|string|like|such|similar|output|log|main|current|previous|own|itself|you|see:|if|when you see|if you see|you see|der|die|das|den|dem|des|ein|eine|einer|ist|sind|wird|im|am|bei|mit|fur|von|und|es|meldet|zeigt|enthalt|hangt|bleibt|steht|steckt|beendet|abgesturzt|sturzt|ab|fehler|fehlermeldung|meldung|zustand|conteiner|contenedores|conteneurs|le|la|les|l'|un|une|du|de|des|est|sont|en|dans|sur|pour|par|bloque|bloquee|reste|affiche|erreur|etat|conteneur|el|los|las|una|uno|del|al|es|son|se|esta|estan|por|que|atascado|atascada|bloqueado|bloqueada|queda|muestra|error|contenedor|estado|o|os|as|um|uma|do|da|dos|das|na|nas|em|preso|presa|travado|travada|fica|mostra|erro|muerto|muere|matado|proceso|processo|morto|tue",
    ),
];
