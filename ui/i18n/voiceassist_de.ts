<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
<context>
    <name>Acts</name>
    <message>
        <source>acknowledges the trouble</source>
        <translation>erkennt den Ärger an</translation>
    </message>
    <message>
        <source>apologises</source>
        <translation>entschuldigt sich</translation>
    </message>
    <message>
        <source>offers a next step</source>
        <translation>bietet einen nächsten Schritt an</translation>
    </message>
    <message>
        <source>offers a choice</source>
        <translation>bietet eine Wahl an</translation>
    </message>
    <message>
        <source>refuses</source>
        <translation>lehnt ab</translation>
    </message>
    <message>
        <source>says what is not possible</source>
        <translation>sagt, was nicht geht</translation>
    </message>
    <message>
        <source>offers somebody else</source>
        <translation>bietet jemand anderen an</translation>
    </message>
    <message>
        <source>sets a limit</source>
        <translation>setzt eine Grenze</translation>
    </message>
    <message>
        <source>asks an open question</source>
        <translation>stellt eine offene Frage</translation>
    </message>
    <message>
        <source>asks what happened</source>
        <translation>fragt, was geschah</translation>
    </message>
    <message>
        <source>repeats back</source>
        <translation>gibt es wieder</translation>
    </message>
    <message>
        <source>puts on hold</source>
        <translation>legt in die Warteschleife</translation>
    </message>
    <message>
        <source>reassures</source>
        <translation>versichert, dass es zählt</translation>
    </message>
    <message>
        <source>thanks</source>
        <translation>dankt</translation>
    </message>
    <message>
        <source>closes the call</source>
        <translation>beendet das Gespräch</translation>
    </message>
    <message>
        <source>promises to follow up</source>
        <translation>sagt Rückmeldung zu</translation>
    </message>
    <message>
        <source>contradicts</source>
        <translation>widerspricht</translation>
    </message>
</context>
<context>
    <name>AfterCall</name>
    <message>
        <source>&amp;Breathe for a minute</source>
        <translation>Eine Minute &amp;durchatmen</translation>
    </message>
    <message>
        <source>Save dates to calendar…</source>
        <translation>Termine in den Kalender…</translation>
    </message>
    <message>
        <source>After the call</source>
        <translation>Nach dem Gespräch</translation>
    </message>
    <message>
        <source>Breathe in …</source>
        <translation>Einatmen …</translation>
    </message>
    <message>
        <source>Breathe out …</source>
        <translation>Ausatmen …</translation>
    </message>
    <message>
        <source>{0} s left</source>
        <translation>noch {0} s</translation>
    </message>
    <message>
        <source>Save dates to calendar</source>
        <translation>Termine in den Kalender</translation>
    </message>
    <message>
        <source>Calendar files (*.ics)</source>
        <translation>Kalenderdateien (*.ics)</translation>
    </message>
</context>
<context>
    <name>AgitationView</name>
    <message>
        <source>It shows here once a call has begun.</source>
        <translation>Sie erscheint hier, sobald ein Gespräch begonnen hat.</translation>
    </message>
    <message>
        <source>Not enough of the caller&apos;s voice yet to tell.</source>
        <translation>Noch nicht genug von der Stimme des Anrufers gehört.</translation>
    </message>
    <message>
        <source>Caller:</source>
        <translation>Anrufer:</translation>
    </message>
    <message>
        <source>Much as at the start of the call.</source>
        <translation>Etwa wie am Anfang des Gesprächs.</translation>
    </message>
    <message>
        <source>No call yet</source>
        <translation>Noch kein Gespräch</translation>
    </message>
    <message>
        <source>Caller&apos;s agitation</source>
        <translation>Erregung des Anrufers</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>Anmerkung</translation>
    </message>
</context>
<context>
    <name>Card</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>Catalogue</name>
    <message>
        <source>Tiny, English</source>
        <translation>Winzig, Englisch</translation>
    </message>
    <message>
        <source>fast on any PC</source>
        <translation>schnell auf jedem PC</translation>
    </message>
    <message>
        <source>Catches most plain words; misses names and mumbling.</source>
        <translation>Versteht die meisten einfachen Wörter; Namen und Genuscheltes entgehen ihm.</translation>
    </message>
    <message>
        <source>Tiny, 99 languages</source>
        <translation>Winzig, 99 Sprachen</translation>
    </message>
    <message>
        <source>For other languages on a weak PC.</source>
        <translation>Für andere Sprachen auf einem schwachen PC.</translation>
    </message>
    <message>
        <source>Base, English</source>
        <translation>Einfach, Englisch</translation>
    </message>
    <message>
        <source>live on two cores</source>
        <translation>im Gespräch mit zwei Kernen</translation>
    </message>
    <message>
        <source>Recommended: the best one that keeps up on an ordinary office PC.</source>
        <translation>Empfohlen: das beste, das auf einem gewöhnlichen Büro-PC mitkommt.</translation>
    </message>
    <message>
        <source>Base, 99 languages</source>
        <translation>Einfach, 99 Sprachen</translation>
    </message>
    <message>
        <source>Recommended for languages other than English.</source>
        <translation>Empfohlen für andere Sprachen als Englisch.</translation>
    </message>
    <message>
        <source>Small, English</source>
        <translation>Klein, Englisch</translation>
    </message>
    <message>
        <source>live on four fast cores</source>
        <translation>im Gespräch mit vier schnellen Kernen</translation>
    </message>
    <message>
        <source>Clearly better on telephone sound, if the PC keeps up.</source>
        <translation>Deutlich besser bei Telefonton, wenn der PC mitkommt.</translation>
    </message>
    <message>
        <source>Small, 99 languages</source>
        <translation>Klein, 99 Sprachen</translation>
    </message>
    <message>
        <source>Other languages, if the PC keeps up.</source>
        <translation>Andere Sprachen, wenn der PC mitkommt.</translation>
    </message>
    <message>
        <source>Distilled small, English</source>
        <translation>Klein verdichtet, Englisch</translation>
    </message>
    <message>
        <source>live on four cores</source>
        <translation>im Gespräch mit vier Kernen</translation>
    </message>
    <message>
        <source>Small&apos;s encoder with a third of its decoder: between base.en and small.en in cost.</source>
        <translation>Das kleine mit einem Drittel seines Decoders: im Aufwand zwischen base.en und small.en.</translation>
    </message>
    <message>
        <source>Medium, English</source>
        <translation>Mittel, Englisch</translation>
    </message>
    <message>
        <source>after the call</source>
        <translation>nach dem Gespräch</translation>
    </message>
    <message>
        <source>Too heavy to keep up live on an office PC; good for `analyze`.</source>
        <translation>Zu schwer, um im Gespräch auf einem Büro-PC mitzukommen; gut für `analyze`.</translation>
    </message>
    <message>
        <source>Medium, 99 languages</source>
        <translation>Mittel, 99 Sprachen</translation>
    </message>
    <message>
        <source>Large v3 turbo, 99 languages</source>
        <translation>Groß v3 turbo, 99 Sprachen</translation>
    </message>
    <message>
        <source>The full large encoder with a small decoder: best words for their cost, but not live on an office PC.</source>
        <translation>Der ganze große Encoder mit kleinem Decoder: die besten Worte für den Aufwand, aber nicht im Gespräch auf einem Büro-PC.</translation>
    </message>
    <message>
        <source>Distilled large v3, English</source>
        <translation>Groß v3 verdichtet, Englisch</translation>
    </message>
    <message>
        <source>Near large-v3 in English at half its size.</source>
        <translation>Im Englischen nahe an large-v3, halb so groß.</translation>
    </message>
    <message>
        <source>Large v3, 99 languages</source>
        <translation>Groß v3, 99 Sprachen</translation>
    </message>
    <message>
        <source>after the call, overnight</source>
        <translation>nach dem Gespräch, über Nacht</translation>
    </message>
    <message>
        <source>The best words there are here, at many times real time on two cores.</source>
        <translation>Die besten Worte, die es hier gibt; mit zwei Kernen vielfach langsamer als gesprochen.</translation>
    </message>
</context>
<context>
    <name>ComponentItem</name>
    <message>
        <source>Level: {0}</source>
        <translation>Pegel: {0}</translation>
    </message>
</context>
<context>
    <name>Components</name>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Caller was &amp;told</source>
        <translation>Anrufer &amp;informiert</translation>
    </message>
    <message>
        <source>Writes into the call&apos;s record that the caller knows.</source>
        <translation>Schreibt in die Aufzeichnung des Gesprächs, dass der Anrufer Bescheid weiß.</translation>
    </message>
</context>
<context>
    <name>CueLog</name>
    <message>
        <source>Cues of this call</source>
        <translation>Hinweise in diesem Gespräch</translation>
    </message>
    <message>
        <source>&amp;Selected cue was wrong</source>
        <translation>Ausgewähl&amp;ter war falsch</translation>
    </message>
</context>
<context>
    <name>CurrentCue</name>
    <message>
        <source>Words you could say</source>
        <translation>Worte, die Sie sagen könnten</translation>
    </message>
    <message>
        <source>&amp;Dismiss</source>
        <translation>Aus&amp;blenden</translation>
    </message>
    <message>
        <source>&amp;Wrong cue</source>
        <translation>&amp;Falscher Hinweis</translation>
    </message>
    <message>
        <source>This cue was not right. It will come up less easily.</source>
        <translation>Dieser Hinweis passte nicht. Er wird künftig seltener kommen.</translation>
    </message>
    <message>
        <source>&amp;Mute cues</source>
        <translation>Hinweise &amp;stumm</translation>
    </message>
    <message>
        <source>No more cues in this call. Nobody is told.</source>
        <translation>Keine Hinweise mehr in diesem Gespräch. Niemand erfährt davon.</translation>
    </message>
    <message>
        <source>Cues are muted</source>
        <translation>Hinweise sind stumm</translation>
    </message>
    <message>
        <source>No cue</source>
        <translation>Kein Hinweis</translation>
    </message>
    <message>
        <source>One comes up only when it helps.</source>
        <translation>Es kommt nur einer, wenn er hilft.</translation>
    </message>
    <message>
        <source>Cue on screen</source>
        <translation>Hinweis auf dem Bildschirm</translation>
    </message>
</context>
<context>
    <name>Curve</name>
    <message>
        <source>Curve of the caller&apos;s agitation</source>
        <translation>Kurve der Erregung des Anrufers</translation>
    </message>
    <message>
        <source>high</source>
        <translation>hoch</translation>
    </message>
    <message>
        <source>calm</source>
        <translation>ruhig</translation>
    </message>
</context>
<context>
    <name>Desktop</name>
    <message>
        <source>Open a kept call: choose its folder</source>
        <translation>Aufbewahrtes Gespräch öffnen: Wählen Sie seinen Ordner</translation>
    </message>
    <message>
        <source>Demo call</source>
        <translation>Beispielgespräch</translation>
    </message>
</context>
<context>
    <name>Fetch</name>
    <message>
        <source>Download</source>
        <translation>Herunterladen</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>&amp;Anhalten</translation>
    </message>
    <message>
        <source>Downloading {0}…</source>
        <translation>{0} wird heruntergeladen…</translation>
    </message>
    <message>
        <source>Copying {0}…</source>
        <translation>{0} wird kopiert…</translation>
    </message>
    <message>
        <source>Still downloading. Wait, or press Stop.</source>
        <translation>Noch beim Herunterladen. Warten Sie, oder drücken Sie Anhalten.</translation>
    </message>
    <message>
        <source>{0} is installed.</source>
        <translation>{0} ist installiert.</translation>
    </message>
    <message>
        <source>Stopped. What has arrived is kept for the next try.</source>
        <translation>Angehalten. Was schon da ist, bleibt für den nächsten Versuch.</translation>
    </message>
</context>
<context>
    <name>FirstRun</name>
    <message>
        <source>Set up VoiceAssist</source>
        <translation>VoiceAssist einrichten</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
</context>
<context>
    <name>HistoryCard</name>
    <message>
        <source>Last call with this caller: {0}</source>
        <translation>Letztes Gespräch mit dieser Person: {0}</translation>
    </message>
    <message>
        <source>(and {0} before)</source>
        <translation>(und {0} davor)</translation>
    </message>
    <message>
        <source>Promised: {0}</source>
        <translation>Versprochen: {0}</translation>
    </message>
    <message>
        <source>Promised for {0}, a day that has passed: {1}</source>
        <translation>Versprochen für den {0}, der vorbei ist: {1}</translation>
    </message>
    <message>
        <source>Promised for {0}: {1}</source>
        <translation>Versprochen für den {0}: {1}</translation>
    </message>
</context>
<context>
    <name>HotKeys</name>
    <message>
        <source>{0} is not a valid shortcut. Example: Ctrl+Shift+F9.</source>
        <translation>{0} ist kein gültiges Tastenkürzel. Beispiel: Ctrl+Shift+F9.</translation>
    </message>
    <message>
        <source>{0} is used twice.</source>
        <translation>{0} ist doppelt vergeben.</translation>
    </message>
    <message>
        <source>{0} is taken by another program; choose another key.</source>
        <translation>{0} ist von einem anderen Programm belegt; wählen Sie eine andere Taste.</translation>
    </message>
</context>
<context>
    <name>LibraryModel</name>
    <message>
        <source>Began</source>
        <translation>Beginn</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Anliegen</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>Peak</source>
        <translation>Spitze</translation>
    </message>
    <message>
        <source>Cues</source>
        <translation>Hinweise</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>Reference</source>
        <translation>Kennung</translation>
    </message>
    <message>
        <source>Agent</source>
        <translation>Agent</translation>
    </message>
</context>
<context>
    <name>LibraryWindow</name>
    <message>
        <source>Kept calls</source>
        <translation>Aufbewahrte Gespräche</translation>
    </message>
    <message>
        <source>Search what was said or noted</source>
        <translation>Gesagtes oder Notiertes suchen</translation>
    </message>
    <message>
        <source>&amp;Import…</source>
        <translation>&amp;Importieren…</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Any day</source>
        <translation>Jeder Tag</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>Letzte 7 Tage</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>Letzte 30 Tage</translation>
    </message>
    <message>
        <source>Last year</source>
        <translation>Letztes Jahr</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>Any length</source>
        <translation>Jede Länge</translation>
    </message>
    <message>
        <source>Over 2 minutes</source>
        <translation>Über 2 Minuten</translation>
    </message>
    <message>
        <source>Over 10 minutes</source>
        <translation>Über 10 Minuten</translation>
    </message>
    <message>
        <source>Peak</source>
        <translation>Spitze</translation>
    </message>
    <message>
        <source>Any agitation</source>
        <translation>Jede Erregung</translation>
    </message>
    <message>
        <source>Raised</source>
        <translation>Erhöht</translation>
    </message>
    <message>
        <source>High</source>
        <translation>Hoch</translation>
    </message>
    <message>
        <source>Cue</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>Any cue</source>
        <translation>Jeder Hinweis</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>Etikett</translation>
    </message>
    <message>
        <source>Any tag</source>
        <translation>Jedes Etikett</translation>
    </message>
    <message>
        <source>Agent</source>
        <translation>Agent</translation>
    </message>
    <message>
        <source>Any agent</source>
        <translation>Jeder Agent</translation>
    </message>
    <message>
        <source>Open &amp;promise</source>
        <translation>Offene &amp;Zusage</translation>
    </message>
    <message>
        <source>&amp;Unseen notes</source>
        <translation>&amp;Ungesehene Notizen</translation>
    </message>
    <message>
        <source>What was found in this call</source>
        <translation>In diesem Gespräch gefunden</translation>
    </message>
    <message>
        <source>&amp;Open</source>
        <translation>Ö&amp;ffnen</translation>
    </message>
    <message>
        <source>&amp;Share…</source>
        <translation>&amp;Teilen…</translation>
    </message>
    <message>
        <source>&amp;Delete…</source>
        <translation>&amp;Löschen…</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Sto&amp;p</source>
        <translation>A&amp;nhalten</translation>
    </message>
    <message>
        <source>Reading calls</source>
        <translation>Gespräche werden gelesen</translation>
    </message>
    <message>
        <source>Calls: {0}</source>
        <translation>Gespräche: {0}</translation>
    </message>
    <message>
        <source>No kept call is like that.</source>
        <translation>Kein aufbewahrtes Gespräch passt dazu.</translation>
    </message>
    <message>
        <source>&amp;Clear search and filters</source>
        <translation>&amp;Suche und Filter leeren</translation>
    </message>
    <message>
        <source>No calls are kept yet. Drop recordings or shared calls here, or import them.</source>
        <translation>Noch sind keine Gespräche aufbewahrt. Ziehen Sie Aufnahmen oder geteilte Gespräche hierher, oder importieren Sie welche.</translation>
    </message>
    <message>
        <source>I&amp;mport recordings…</source>
        <translation>Aufnahmen i&amp;mportieren…</translation>
    </message>
    <message>
        <source>shared by {0}</source>
        <translation>geteilt von {0}</translation>
    </message>
    <message>
        <source>Open promises: {0}</source>
        <translation>Offene Zusagen: {0}</translation>
    </message>
    <message>
        <source>Caller</source>
        <translation>Anrufer</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Share a call</source>
        <translation>Ein Gespräch teilen</translation>
    </message>
    <message>
        <source>Written: {0}. Numbers, addresses and the sound are left out; names of people are not: look through it before you hand it on.</source>
        <translation>Geschrieben: {0}. Zahlen, Adressen und der Ton fehlen; Namen von Menschen stehen noch darin: Sehen Sie es durch, bevor Sie es weitergeben.</translation>
    </message>
    <message>
        <source>Delete this call with its sound and notes?</source>
        <translation>Dieses Gespräch mit Ton und Notizen löschen?</translation>
    </message>
    <message>
        <source>It cannot be brought back.</source>
        <translation>Es lässt sich nicht zurückholen.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Import recordings or shared calls</source>
        <translation>Aufnahmen oder geteilte Gespräche importieren</translation>
    </message>
    <message>
        <source>{0} (and {1} more)</source>
        <translation>{0} (und {1} weitere)</translation>
    </message>
    <message>
        <source>Importing {0}</source>
        <translation>{0} wird importiert</translation>
    </message>
</context>
<context>
    <name>LiveWindow</name>
    <message>
        <source>Caller reference (order, ticket, number)</source>
        <translation>Kennung (Auftrag, Fall, Nummer)</translation>
    </message>
    <message>
        <source>Caller reference</source>
        <translation>Kennung des Anrufers</translation>
    </message>
    <message>
        <source>Length of the call</source>
        <translation>Dauer des Gesprächs</translation>
    </message>
    <message>
        <source>&amp;Get a speech model…</source>
        <translation>S&amp;prachmodell holen …</translation>
    </message>
    <message>
        <source>Write a note at this moment</source>
        <translation>Notiz zu diesem Augenblick</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>&amp;Add note</source>
        <translation>Notiz &amp;merken</translation>
    </message>
    <message>
        <source>Caller&apos;s agitation</source>
        <translation>Erregung des Anrufers</translation>
    </message>
    <message>
        <source>Cue</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>Cues of this call</source>
        <translation>Hinweise in diesem Gespräch</translation>
    </message>
    <message>
        <source>What is said</source>
        <translation>Was gesagt wird</translation>
    </message>
    <message>
        <source>&amp;Call</source>
        <translation>&amp;Gespräch</translation>
    </message>
    <message>
        <source>&amp;Start or end the call</source>
        <translation>Gespräch be&amp;ginnen oder beenden</translation>
    </message>
    <message>
        <source>&amp;Pause or go on</source>
        <translation>&amp;Pause oder weiter</translation>
    </message>
    <message>
        <source>Another person is on the &amp;line</source>
        <translation>&amp;Jemand anderes ist am Apparat</translation>
    </message>
    <message>
        <source>&amp;Kept call…</source>
        <translation>Aufbewahr&amp;tes Gespräch …</translation>
    </message>
    <message>
        <source>All k&amp;ept calls…</source>
        <translation>A&amp;lle aufbewahrten Gespräche …</translation>
    </message>
    <message>
        <source>Se&amp;ttings…</source>
        <translation>&amp;Einstellungen…</translation>
    </message>
    <message>
        <source>Set &amp;up…</source>
        <translation>Ein&amp;richten…</translation>
    </message>
    <message>
        <source>&amp;Close window</source>
        <translation>Fenster &amp;schließen</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>C&amp;ue</source>
        <translation>&amp;Hinweis</translation>
    </message>
    <message>
        <source>&amp;Dismiss the cue</source>
        <translation>Hinweis aus&amp;blenden</translation>
    </message>
    <message>
        <source>The last cue was &amp;wrong</source>
        <translation>Der letzte Hinweis war &amp;falsch</translation>
    </message>
    <message>
        <source>&amp;Mute cues or let them come</source>
        <translation>Hinweise &amp;stumm oder wieder an</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>Look of the &amp;desktop</source>
        <translation>Wie der &amp;Desktop</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>Dar&amp;k</source>
        <translation>D&amp;unkel</translation>
    </message>
    <message>
        <source>&amp;High contrast</source>
        <translation>Hoher &amp;Kontrast</translation>
    </message>
    <message>
        <source>La&amp;rger text</source>
        <translation>Text &amp;größer</translation>
    </message>
    <message>
        <source>S&amp;maller text</source>
        <translation>Text k&amp;leiner</translation>
    </message>
    <message>
        <source>&amp;Newest words</source>
        <translation>&amp;Neueste Worte</translation>
    </message>
    <message>
        <source>&amp;Overlay</source>
        <translation>&amp;Einblendung</translation>
    </message>
    <message>
        <source>&amp;Arrange: drag it or use the arrow keys</source>
        <translation>&amp;Anordnen: ziehen oder mit den Pfeiltasten</translation>
    </message>
    <message>
        <source>&amp;Corner</source>
        <translation>E&amp;cke</translation>
    </message>
    <message>
        <source>Top left</source>
        <translation>Oben links</translation>
    </message>
    <message>
        <source>Top right</source>
        <translation>Oben rechts</translation>
    </message>
    <message>
        <source>Bottom left</source>
        <translation>Unten links</translation>
    </message>
    <message>
        <source>Bottom right</source>
        <translation>Unten rechts</translation>
    </message>
    <message>
        <source>&amp;Size</source>
        <translation>&amp;Größe</translation>
    </message>
    <message>
        <source>O&amp;pacity</source>
        <translation>&amp;Deckkraft</translation>
    </message>
    <message>
        <source>&amp;Reset place</source>
        <translation>Platz &amp;zurücksetzen</translation>
    </message>
    <message>
        <source>End call</source>
        <translation>Gespräch beenden</translation>
    </message>
    <message>
        <source>Start call</source>
        <translation>Gespräch beginnen</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>While paused nothing is heard, written down or kept.</source>
        <translation>In der Pause wird nichts gehört, mitgeschrieben oder aufgehoben.</translation>
    </message>
    <message>
        <source>No speech model: cues come from sound only.</source>
        <translation>Kein Sprachmodell: Hinweise kommen nur aus dem Ton.</translation>
    </message>
</context>
<context>
    <name>NotesPanel</name>
    <message>
        <source>No notes yet. N writes one at the playhead, or over what is selected.</source>
        <translation>Noch keine Notizen. N schreibt eine an der gehörten Stelle oder über die Auswahl.</translation>
    </message>
    <message>
        <source>Cues of this call, and your verdict</source>
        <translation>Hinweise dieses Gesprächs und Ihr Urteil</translation>
    </message>
    <message>
        <source>Hear the note at {0}</source>
        <translation>Notiz bei {0} anhören</translation>
    </message>
    <message>
        <source>Also written at the same time: {0}</source>
        <translation>Zur selben Zeit auch geschrieben: {0}</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antworten</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Note at {0} by {1}</source>
        <translation>Notiz bei {0} von {1}</translation>
    </message>
    <message>
        <source>Coach</source>
        <translation>Coach</translation>
    </message>
    <message>
        <source>Agent</source>
        <translation>Agent</translation>
    </message>
    <message>
        <source>Hear the cue at {0}</source>
        <translation>Hinweis bei {0} anhören</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Richtig</translation>
    </message>
    <message>
        <source>Wrong</source>
        <translation>Falsch</translation>
    </message>
    <message>
        <source>Late</source>
        <translation>Zu spät</translation>
    </message>
    <message>
        <source>Verdict on “{0}”: {1}</source>
        <translation>Urteil über „{0}“: {1}</translation>
    </message>
    <message>
        <source>What the cues did: {0} of {1} followed.</source>
        <translation>Was die Hinweise bewirkten: {0} von {1} befolgt.</translation>
    </message>
    <message>
        <source>where followed</source>
        <translation>wo befolgt</translation>
    </message>
    <message>
        <source>where not</source>
        <translation>wo nicht</translation>
    </message>
    <message>
        <source>Agitation 30 s later {0}: {1}.</source>
        <translation>Erregung 30 s danach, {0}: {1}.</translation>
    </message>
    <message>
        <source>Too few cues to say more; agitation also falls by itself.</source>
        <translation>Zu wenige Hinweise, um mehr zu sagen; Erregung sinkt auch von selbst.</translation>
    </message>
    <message>
        <source>Agitation also falls by itself: this is no proof, and no score of anybody.</source>
        <translation>Erregung sinkt auch von selbst: Das ist kein Beweis und keine Note für jemanden.</translation>
    </message>
</context>
<context>
    <name>OptionRow</name>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Reset {0}</source>
        <translation>{0} zurücksetzen</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <source>Choose: {0}</source>
        <translation>Wählen: {0}</translation>
    </message>
    <message>
        <source>There is none on this computer.</source>
        <translation>Auf diesem Rechner gibt es keines.</translation>
    </message>
    <message>
        <source>Managed by your organisation.</source>
        <translation>Von Ihrer Organisation festgelegt.</translation>
    </message>
    <message>
        <source>Set for this computer by whoever looks after it.</source>
        <translation>Für diesen Rechner von seinem Betreuer festgelegt.</translation>
    </message>
    <message>
        <source>Your organisation&apos;s default; you may choose otherwise.</source>
        <translation>Voreinstellung Ihrer Organisation; Sie können anders wählen.</translation>
    </message>
</context>
<context>
    <name>Overlay</name>
    <message>
        <source>VoiceAssist overlay</source>
        <translation>VoiceAssist-Einblendung</translation>
    </message>
    <message>
        <source>Cues muted</source>
        <translation>Hinweise stumm</translation>
    </message>
    <message>
        <source>Drag me where I am not in the way.
Arrow keys move me, Enter is done.</source>
        <translation>Ziehen Sie mich dorthin, wo ich nicht störe.
Pfeiltasten gehen auch, Eingabe heißt fertig.</translation>
    </message>
    <message>
        <source>Safety</source>
        <translation>Sicherheit</translation>
    </message>
</context>
<context>
    <name>PrivacyPage</name>
    <message>
        <source>&amp;Keep the sound and the record of my calls on this computer</source>
        <translation>Ton und Aufzeichnung meiner Gespräche auf diesem Rechner &amp;aufbewahren</translation>
    </message>
    <message>
        <source>Your calls stay on this computer</source>
        <translation>Ihre Gespräche bleiben auf diesem Rechner</translation>
    </message>
    <message>
        <source>VoiceAssist hears both sides of a call and shows one short cue at a time, when it helps.</source>
        <translation>VoiceAssist hört beide Seiten eines Gesprächs und zeigt einen kurzen Hinweis, wenn er hilft.</translation>
    </message>
    <message>
        <source>No word leaves this computer. Your own feelings are never judged: of your side it sees how loud and how fast you speak, and who talks over whom. Nothing is kept unless you say so here.</source>
        <translation>Kein Wort verlässt diesen Rechner. Ihre eigenen Gefühle werden nie beurteilt: Auf Ihrer Seite zählt nur, wie laut und wie schnell Sie sprechen und wer wem ins Wort fällt. Nichts wird aufbewahrt, wenn Sie es hier nicht wollen.</translation>
    </message>
    <message>
        <source>Managed by your organisation.</source>
        <translation>Von Ihrer Organisation festgelegt.</translation>
    </message>
</context>
<context>
    <name>QuitGuard</name>
    <message>
        <source>A call is being recorded. End it and quit?</source>
        <translation>Ein Gespräch wird aufgenommen. Gespräch und VoiceAssist beenden?</translation>
    </message>
    <message>
        <source>A call is under way. End it and quit?</source>
        <translation>Ein Gespräch läuft. Gespräch und VoiceAssist beenden?</translation>
    </message>
    <message>
        <source>Quit VoiceAssist</source>
        <translation>VoiceAssist beenden</translation>
    </message>
    <message>
        <source>&amp;End the call and quit</source>
        <translation>&amp;Beides beenden</translation>
    </message>
    <message>
        <source>&amp;No</source>
        <translation>&amp;Nein</translation>
    </message>
</context>
<context>
    <name>RehearsalPage</name>
    <message>
        <source>&amp;Play the rehearsal</source>
        <translation>&amp;Probe abspielen</translation>
    </message>
    <message>
        <source>&amp;Download</source>
        <translation>&amp;Herunterladen</translation>
    </message>
    <message>
        <source>A rehearsal</source>
        <translation>Eine Probe</translation>
    </message>
    <message>
        <source>Half a minute of a difficult call at four times the speed. See where the overlay appears, and move it with Overlay, Arrange.</source>
        <translation>Eine halbe Minute eines schwierigen Gesprächs in vierfachem Tempo. Sehen Sie, wo die Einblendung erscheint, und verschieben Sie sie mit Einblendung, Anordnen.</translation>
    </message>
    <message>
        <source>For its words it needs the speech model {0} ({1} MB). Without it, cues come from sound only.</source>
        <translation>Für ihre Worte braucht sie das Sprachmodell {0} ({1} MB). Ohne es kommen Hinweise nur aus dem Ton.</translation>
    </message>
</context>
<context>
    <name>ReplayWindow</name>
    <message>
        <source>Replay</source>
        <translation>Anhören</translation>
    </message>
    <message>
        <source>Opening the call…</source>
        <translation>Gespräch wird geöffnet …</translation>
    </message>
    <message>
        <source>Waveform {0} %</source>
        <translation>Wellenform {0} %</translation>
    </message>
    <message>
        <source> min</source>
        <translation> min</translation>
    </message>
    <message>
        <source>reference {0}</source>
        <translation>Kennung {0}</translation>
    </message>
    <message>
        <source>words by {0}</source>
        <translation>Text von {0}</translation>
    </message>
    <message>
        <source>Keys (?)</source>
        <translation>Tasten (?)</translation>
    </message>
    <message>
        <source>Call {0}</source>
        <translation>Gespräch {0}</translation>
    </message>
    <message>
        <source>solo</source>
        <translation>allein</translation>
    </message>
    <message>
        <source>mute</source>
        <translation>stumm</translation>
    </message>
    <message>
        <source>Only {0}</source>
        <translation>Nur {0}</translation>
    </message>
    <message>
        <source>Mute {0}</source>
        <translation>{0} stumm</translation>
    </message>
    <message>
        <source>Where it is heard</source>
        <translation>Gehörte Stelle</translation>
    </message>
    <message>
        <source>Speed {0}</source>
        <translation>Tempo {0}</translation>
    </message>
    <message>
        <source>cue</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>Cue before</source>
        <translation>Voriger Hinweis</translation>
    </message>
    <message>
        <source>Next cue</source>
        <translation>Nächster Hinweis</translation>
    </message>
    <message>
        <source>note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Note before</source>
        <translation>Vorige Notiz</translation>
    </message>
    <message>
        <source>Next note</source>
        <translation>Nächste Notiz</translation>
    </message>
    <message>
        <source>peak</source>
        <translation>Spitze</translation>
    </message>
    <message>
        <source>Peak before</source>
        <translation>Vorige Spitze</translation>
    </message>
    <message>
        <source>Next peak</source>
        <translation>Nächste Spitze</translation>
    </message>
    <message>
        <source>overlap</source>
        <translation>beide</translation>
    </message>
    <message>
        <source>Overlap before</source>
        <translation>Voriges Durcheinanderreden</translation>
    </message>
    <message>
        <source>Next overlap</source>
        <translation>Nächstes Durcheinanderreden</translation>
    </message>
    <message>
        <source>repeat passage</source>
        <translation>Abschnitt wiederholen</translation>
    </message>
    <message>
        <source>Agitation and its reasons where the call is heard</source>
        <translation>Erregung und ihre Gründe an der gehörten Stelle</translation>
    </message>
    <message>
        <source>Find in this call</source>
        <translation>In diesem Gespräch suchen</translation>
    </message>
    <message>
        <source>Follow the sound</source>
        <translation>Dem Ton folgen</translation>
    </message>
    <message>
        <source>New note (N)</source>
        <translation>Neue Notiz (N)</translation>
    </message>
    <message>
        <source>Transcript</source>
        <translation>Mitschrift</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Abspielen</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Leertaste</translation>
    </message>
    <message>
        <source>{0} found</source>
        <translation>{0} gefunden</translation>
    </message>
    <message>
        <source>Zoom in to two minutes or less to see the spectrogram.</source>
        <translation>Das Spektrogramm zeigt höchstens zwei Minuten: Zoomen Sie näher heran.</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>Keep calls</source>
        <translation>Gespräche aufbewahren</translation>
    </message>
    <message>
        <source>Keep the sound and the record of live calls in the library. Off: nothing is written.</source>
        <translation>Ton und Aufzeichnung der Gespräche in der Bibliothek aufbewahren. Aus: nichts wird geschrieben.</translation>
    </message>
    <message>
        <source>Folder for kept calls</source>
        <translation>Ordner für aufbewahrte Gespräche</translation>
    </message>
    <message>
        <source>The folder calls are kept in.</source>
        <translation>In diesem Ordner werden Gespräche aufbewahrt.</translation>
    </message>
    <message>
        <source>How calls start</source>
        <translation>Beginn der Gespräche</translation>
    </message>
    <message>
        <source>Whether a call is started by hand, or by itself when both sides are heard.</source>
        <translation>Ob ein Gespräch von Hand beginnt oder von selbst, wenn beide Seiten zu hören sind.</translation>
    </message>
    <message>
        <source>By hand</source>
        <translation>Von Hand</translation>
    </message>
    <message>
        <source>By themselves</source>
        <translation>Von selbst</translation>
    </message>
    <message>
        <source>Telling callers</source>
        <translation>Anrufer informieren</translation>
    </message>
    <message>
        <source>Nobody has to</source>
        <translation>Nicht nötig</translation>
    </message>
    <message>
        <source>An announcement tells them</source>
        <translation>Eine Ansage sagt es ihnen</translation>
    </message>
    <message>
        <source>The agent tells them and confirms it</source>
        <translation>Von mir, mit Bestätigung</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>Mikrofon</translation>
    </message>
    <message>
        <source>The agent&apos;s microphone, as `voiceassist devices` names it; empty for the system&apos;s own.</source>
        <translation>Ihr Mikrofon, wie `voiceassist devices` es nennt; leer für das des Systems.</translation>
    </message>
    <message>
        <source>The system&apos;s own</source>
        <translation>Wie im System</translation>
    </message>
    <message>
        <source>Where the caller is heard</source>
        <translation>Wo der Anrufer zu hören ist</translation>
    </message>
    <message>
        <source>Where the caller is heard, as `voiceassist devices` names it; empty for the system&apos;s own.</source>
        <translation>Wo der Anrufer zu hören ist, wie `voiceassist devices` es nennt; leer für die Ausgabe des Systems.</translation>
    </message>
    <message>
        <source>Softphone</source>
        <translation>Softphone</translation>
    </message>
    <message>
        <source>The softphone&apos;s program, or part of its name: its sound is the call, and starts and ends calls that start by themselves; empty for any program (Linux).</source>
        <translation>Das Programm des Softphones oder ein Teil seines Namens: sein Ton ist das Gespräch, und mit ihm beginnen und enden Gespräche von selbst; leer für jedes Programm (Linux).</translation>
    </message>
    <message>
        <source>Any program</source>
        <translation>Jedes Programm</translation>
    </message>
    <message>
        <source>Echo cancelling</source>
        <translation>Echo-Unterdrückung</translation>
    </message>
    <message>
        <source>Take the caller out of the microphone&apos;s sound: once the caller is heard in it, always (loudspeakers), or never (headset). Needs the optional package livekit.</source>
        <translation>Den Anrufer aus dem Ton des Mikrofons entfernen: sobald er darin zu hören ist, immer (Lautsprecher) oder nie (Headset). Braucht das zusätzliche Paket livekit.</translation>
    </message>
    <message>
        <source>When needed</source>
        <translation>Bei Bedarf</translation>
    </message>
    <message>
        <source>Always</source>
        <translation>Immer</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nie</translation>
    </message>
    <message>
        <source>Speech model</source>
        <translation>Sprachmodell</translation>
    </message>
    <message>
        <source>How callers learn that VoiceAssist follows the call; shown in every call, and written into its record.</source>
        <translation>Wie Anrufer erfahren, dass VoiceAssist das Gespräch verfolgt; in jedem Gespräch angezeigt und in seiner Aufzeichnung vermerkt.</translation>
    </message>
    <message>
        <source>The best one for this computer</source>
        <translation>Das beste für diesen PC</translation>
    </message>
    <message>
        <source>Spoken language</source>
        <translation>Gesprochene Sprache</translation>
    </message>
    <message>
        <source>Found out in every call</source>
        <translation>Wird herausgefunden</translation>
    </message>
    <message>
        <source>Names and products</source>
        <translation>Namen und Produkte</translation>
    </message>
    <message>
        <source>Names and products to expect in a call, so that they are spelled right.</source>
        <translation>Namen und Produkte, die vorkommen können, damit sie richtig geschrieben werden.</translation>
    </message>
    <message>
        <source>one, another, a third</source>
        <translation>eins, noch eins, ein drittes</translation>
    </message>
    <message>
        <source>Sources of speech models</source>
        <translation>Quellen für Sprachmodelle</translation>
    </message>
    <message>
        <source>The model hub, then the package index</source>
        <translation>Der Modell-Hub, dann das Paketverzeichnis</translation>
    </message>
    <message>
        <source>Folder for speech models</source>
        <translation>Ordner für Sprachmodelle</translation>
    </message>
    <message>
        <source>The folder speech models are installed in.</source>
        <translation>In diesem Ordner liegen installierte Sprachmodelle.</translation>
    </message>
    <message>
        <source>Follow the caller&apos;s agitation</source>
        <translation>Erregung des Anrufers verfolgen</translation>
    </message>
    <message>
        <source>Follow how agitated the caller is. Off: it is not computed, and cues that need it do not come.</source>
        <translation>Verfolgen, wie erregt der Anrufer ist. Aus: es wird nicht berechnet, und Hinweise, die es brauchen, kommen nicht.</translation>
    </message>
    <message>
        <source>Cue pack</source>
        <translation>Hinweissammlung</translation>
    </message>
    <message>
        <source>The cue pack: a name from `voiceassist cues packs`, or a file; empty for that of the spoken language.</source>
        <translation>Die Hinweissammlung: ein Name aus `voiceassist cues packs` oder eine Datei; leer für die der gesprochenen Sprache.</translation>
    </message>
    <message>
        <source>That of the spoken language</source>
        <translation>Passend zur Sprache</translation>
    </message>
    <message>
        <source>How readily cues come</source>
        <translation>Wie leicht Hinweise kommen</translation>
    </message>
    <message>
        <source>Quieter: it takes more before a cue comes; louder: less. Safety cues come as they do.</source>
        <translation>Zurückhaltender: Es braucht mehr, bis ein Hinweis kommt; deutlicher: weniger. Sicherheitshinweise bleiben, wie sie sind.</translation>
    </message>
    <message>
        <source>Quieter</source>
        <translation>Zurückhaltender</translation>
    </message>
    <message>
        <source>As usual</source>
        <translation>Wie gewohnt</translation>
    </message>
    <message>
        <source>Louder</source>
        <translation>Deutlicher</translation>
    </message>
    <message>
        <source>Most cues in ten minutes</source>
        <translation>Hinweise in zehn Minuten</translation>
    </message>
    <message>
        <source>The most cues in any ten minutes; safety cues do not count.</source>
        <translation>So viele Hinweise höchstens in zehn Minuten; solche zur Sicherheit zählen nicht.</translation>
    </message>
    <message>
        <source>cues</source>
        <translation>Hinweise</translation>
    </message>
    <message>
        <source>Least time between cues</source>
        <translation>Abstand zwischen Hinweisen</translation>
    </message>
    <message>
        <source>The least time between the end of one cue and the next.</source>
        <translation>Mindestens so viel Zeit liegt zwischen dem Ende eines Hinweises und dem nächsten.</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>Sekunden</translation>
    </message>
    <message>
        <source>Offer a break after hard calls</source>
        <translation>Nach schweren Gesprächen eine Pause anbieten</translation>
    </message>
    <message>
        <source>Offer a minute to breathe after a call in which the caller was agitated for a minute or longer.</source>
        <translation>Nach einem Gespräch, in dem die anrufende Person eine Minute oder länger erregt war, eine Minute zum Durchatmen anbieten.</translation>
    </message>
    <message>
        <source>A name from `voiceassist models list`, or a folder; empty for the best one, `none` for no transcription.</source>
        <translation>Ein Name aus `voiceassist models list` oder ein Ordner; leer für das beste, `none` für keine Transkription.</translation>
    </message>
    <message>
        <source>Calls</source>
        <translation>Gespräche</translation>
    </message>
    <message>
        <source>Days to keep calls</source>
        <translation>Tage, die Gespräche aufbewahrt werden</translation>
    </message>
    <message>
        <source>Kept calls are deleted after so many days, when VoiceAssist starts and once a day; 0: never.</source>
        <translation>Aufbewahrte Gespräche werden nach so vielen Tagen gelöscht, beim Start von VoiceAssist und einmal am Tag; 0: nie.</translation>
    </message>
    <message>
        <source>days</source>
        <translation>Tage</translation>
    </message>
    <message>
        <source>Days to keep their sound</source>
        <translation>Tage, die ihr Ton aufbewahrt wird</translation>
    </message>
    <message>
        <source>The sound of kept calls is deleted after so many days, and their text stays; 0: with the call.</source>
        <translation>Der Ton aufbewahrter Gespräche wird nach so vielen Tagen gelöscht, ihr Text bleibt; 0: mit dem Gespräch.</translation>
    </message>
    <message>
        <source>Pause for card numbers</source>
        <translation>Bei Kartennummern pausieren</translation>
    </message>
    <message>
        <source>Pause the call by itself when a card number is read out or keyed in, wipe what was heard of it, and mask card numbers and security codes in the text.</source>
        <translation>Pausiert das Gespräch von selbst, wenn eine Kartennummer vorgelesen oder eingetippt wird, löscht, was davon zu hören war, und schwärzt Kartennummern und Prüfnummern im Text.</translation>
    </message>
    <message>
        <source>Longest pause</source>
        <translation>Längste Pause</translation>
    </message>
    <message>
        <source>After so long a pause the call goes on by itself, and says so.</source>
        <translation>Nach einer so langen Pause geht das Gespräch von selbst weiter und sagt es.</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>Ton</translation>
    </message>
    <message>
        <source>Transcription</source>
        <translation>Transkription</translation>
    </message>
    <message>
        <source>The language that is spoken, as a code of two letters (`en`); several with commas between them (`en, es`), the main one first: it is found out in each utterance. Empty: any. More than one needs a multilingual model. A call in another language is reported instead of written down.</source>
        <translation>Die Sprache, die gesprochen wird, als Kürzel aus zwei Buchstaben (`en`); mehrere mit Kommas dazwischen (`en, es`), die wichtigste zuerst: Sie wird in jeder Äußerung festgestellt. Leer: jede. Für mehr als eine ist ein mehrsprachiges Modell nötig. Ein Gespräch in einer anderen Sprache wird gemeldet statt aufgeschrieben.</translation>
    </message>
    <message>
        <source>Where `voiceassist models get` looks, in this order: addresses of a hub or a mirror of it, and `package-index` for the package index.</source>
        <translation>Wo `voiceassist models get` sucht, in dieser Reihenfolge: Adressen eines Hubs oder eines Spiegels davon, und `package-index` für das Paketverzeichnis.</translation>
    </message>
    <message>
        <source>Package index</source>
        <translation>Paketverzeichnis</translation>
    </message>
    <message>
        <source>Address of the package index&apos;s simple API, for speech models; empty for the one that pip uses on this computer.</source>
        <translation>Adresse der einfachen Schnittstelle (simple API) des Paketverzeichnisses, für Sprachmodelle; leer für das, das pip auf diesem Computer benutzt.</translation>
    </message>
    <message>
        <source>That of pip</source>
        <translation>Das von pip</translation>
    </message>
    <message>
        <source>Certificates</source>
        <translation>Zertifikate</translation>
    </message>
    <message>
        <source>A PEM file of the certificates to trust when a speech model is downloaded; empty for the system&apos;s, and for the package index those of pip.</source>
        <translation>Eine PEM-Datei der Zertifikate, denen beim Herunterladen eines Sprachmodells vertraut wird; leer für die des Systems und beim Paketverzeichnis die von pip.</translation>
    </message>
    <message>
        <source>The system&apos;s</source>
        <translation>Die des Systems</translation>
    </message>
    <message>
        <source>Cues</source>
        <translation>Hinweise</translation>
    </message>
    <message>
        <source>What to do when somebody is in danger</source>
        <translation>Was zu tun ist, wenn jemand in Gefahr ist</translation>
    </message>
    <message>
        <source>One line of your organization&apos;s own procedure, such as whom to call. Cues about threats and abuse show it as what to do. Empty: they suggest what to say.</source>
        <translation>Eine Zeile aus der Anweisung Ihres Unternehmens, etwa wen man anruft. Hinweise auf Drohungen und Beleidigungen zeigen sie als das, was zu tun ist. Leer: Sie schlagen vor, was man sagen kann.</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>Your name under notes</source>
        <translation>Ihr Name unter Notizen</translation>
    </message>
    <message>
        <source>The name your notes on kept calls carry; empty for the name you are logged in by.</source>
        <translation>Der Name, den Ihre Notizen zu aufbewahrten Gesprächen tragen; leer für den Namen, mit dem Sie angemeldet sind.</translation>
    </message>
    <message>
        <source>The name you are logged in by</source>
        <translation>Der Name, mit dem Sie angemeldet sind</translation>
    </message>
    <message>
        <source>You write notes as</source>
        <translation>Sie schreiben Notizen als</translation>
    </message>
    <message>
        <source>Whether your notes on kept calls are those of the agent or of a coach.</source>
        <translation>Ob Ihre Notizen zu aufbewahrten Gesprächen die des Agenten oder eines Coachs sind.</translation>
    </message>
    <message>
        <source>Agent</source>
        <translation>Agent</translation>
    </message>
    <message>
        <source>Coach</source>
        <translation>Coach</translation>
    </message>
    <message>
        <source>Labels of notes</source>
        <translation>Etiketten für Notizen</translation>
    </message>
    <message>
        <source>The labels your team gives to notes, such as “good acknowledgement” or “missed pause”.</source>
        <translation>Die Etiketten, die Ihr Team für Notizen verwendet, etwa „gute Würdigung“ oder „Pause verpasst“.</translation>
    </message>
    <message>
        <source>Screen</source>
        <translation>Bildschirm</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>The colours of the window and the overlay.</source>
        <translation>Die Farben des Fensters und der Einblendung.</translation>
    </message>
    <message>
        <source>Like the desktop</source>
        <translation>Wie die Arbeitsfläche</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>Hoher Kontrast</translation>
    </message>
    <message>
        <source>Overlay</source>
        <translation>Einblendung</translation>
    </message>
    <message>
        <source>Show cues in the overlay, on top of other windows.</source>
        <translation>Hinweise in der Einblendung zeigen, über anderen Fenstern.</translation>
    </message>
    <message>
        <source>Overlay&apos;s screen</source>
        <translation>Bildschirm der Einblendung</translation>
    </message>
    <message>
        <source>The screen the overlay is on, by name; empty for the first one.</source>
        <translation>Der Bildschirm der Einblendung, mit Namen; leer für den ersten.</translation>
    </message>
    <message>
        <source>The first one</source>
        <translation>Der erste</translation>
    </message>
    <message>
        <source>Overlay&apos;s corner</source>
        <translation>Ecke der Einblendung</translation>
    </message>
    <message>
        <source>The corner of the screen the overlay keeps to.</source>
        <translation>In dieser Ecke des Bildschirms bleibt die Einblendung.</translation>
    </message>
    <message>
        <source>Top left</source>
        <translation>Oben links</translation>
    </message>
    <message>
        <source>Top right</source>
        <translation>Oben rechts</translation>
    </message>
    <message>
        <source>Bottom left</source>
        <translation>Unten links</translation>
    </message>
    <message>
        <source>Bottom right</source>
        <translation>Unten rechts</translation>
    </message>
    <message>
        <source>Overlay&apos;s distance sideways</source>
        <translation>Abstand der Einblendung seitlich</translation>
    </message>
    <message>
        <source>The overlay&apos;s distance from the corner, sideways.</source>
        <translation>Der Abstand der Einblendung von der Ecke, seitlich.</translation>
    </message>
    <message>
        <source>pixels</source>
        <translation>Pixel</translation>
    </message>
    <message>
        <source>Overlay&apos;s distance up or down</source>
        <translation>Abstand der Einblendung in der Höhe</translation>
    </message>
    <message>
        <source>The overlay&apos;s distance from the corner, up or down.</source>
        <translation>Der Abstand der Einblendung von der Ecke, nach oben oder unten.</translation>
    </message>
    <message>
        <source>Overlay&apos;s size</source>
        <translation>Größe der Einblendung</translation>
    </message>
    <message>
        <source>The overlay&apos;s size; 1 is the usual one.</source>
        <translation>Die Größe der Einblendung; 1 ist die übliche.</translation>
    </message>
    <message>
        <source>Overlay&apos;s opacity</source>
        <translation>Deckkraft der Einblendung</translation>
    </message>
    <message>
        <source>How opaque the overlay is, from a fifth to 1 (opaque).</source>
        <translation>Wie deckend die Einblendung ist, von einem Fünftel bis 1 (ganz).</translation>
    </message>
    <message>
        <source>Hide the overlay when sharing the screen</source>
        <translation>Einblendung nicht mit dem Bildschirm teilen</translation>
    </message>
    <message>
        <source>Ask the system to leave the overlay out of shared screens (Windows; best effort, no secrecy).</source>
        <translation>Das System bitten, die Einblendung aus geteilten Bildschirmen wegzulassen (Windows; so gut es geht, keine Geheimhaltung).</translation>
    </message>
    <message>
        <source>Size of text</source>
        <translation>Schriftgröße</translation>
    </message>
    <message>
        <source>The size of all text; 1 is the usual one.</source>
        <translation>Die Größe aller Schrift; 1 ist die übliche.</translation>
    </message>
    <message>
        <source>Less motion</source>
        <translation>Weniger Bewegung</translation>
    </message>
    <message>
        <source>Nothing slides or fades, whatever the desktop&apos;s own preference is.</source>
        <translation>Nichts gleitet oder blendet, was auch immer für die Arbeitsfläche gewählt ist.</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Bring up the window</source>
        <translation>Fenster hervorholen</translation>
    </message>
    <message>
        <source>Brings the window up from anywhere; empty for none.</source>
        <translation>Holt das Fenster von überall hervor; leer für keine.</translation>
    </message>
    <message>
        <source>No key</source>
        <translation>Keine Taste</translation>
    </message>
    <message>
        <source>Dismiss the cue</source>
        <translation>Hinweis ausblenden</translation>
    </message>
    <message>
        <source>Dismisses the cue from anywhere; empty for none.</source>
        <translation>Blendet den Hinweis von überall aus; leer für keine.</translation>
    </message>
    <message>
        <source>The cue was wrong</source>
        <translation>Der Hinweis war falsch</translation>
    </message>
    <message>
        <source>Says from anywhere that the cue was wrong; empty for none.</source>
        <translation>Sagt von überall, dass der Hinweis falsch war; leer für keine.</translation>
    </message>
    <message>
        <source>Mute cues, or let them come</source>
        <translation>Hinweise stumm, oder wieder kommen lassen</translation>
    </message>
    <message>
        <source>Mutes cues in this call from anywhere, or lets them come again; empty for none.</source>
        <translation>Schaltet Hinweise in diesem Gespräch von überall stumm oder wieder ein; leer für keine.</translation>
    </message>
    <message>
        <source>Pause the call, or go on</source>
        <translation>Gespräch anhalten, oder weiter</translation>
    </message>
    <message>
        <source>Pauses the call from anywhere, or goes on with it; empty for none.</source>
        <translation>Hält das Gespräch von überall an oder fährt damit fort; leer für keine.</translation>
    </message>
    <message>
        <source>Support</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Detail of the log</source>
        <translation>Ausführlichkeit des Protokolls</translation>
    </message>
    <message>
        <source>How much is written to the log. No level writes what was said in a call.</source>
        <translation>Wie viel in das Protokoll kommt. Was in einem Gespräch gesagt wurde, steht nie darin.</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Warnings</source>
        <translation>Warnungen</translation>
    </message>
    <message>
        <source>What happens</source>
        <translation>Was geschieht</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>Alles</translation>
    </message>
</context>
<context>
    <name>SettingsWindow</name>
    <message>
        <source>On</source>
        <translation>An</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Search the settings</source>
        <translation>Einstellungen durchsuchen</translation>
    </message>
    <message>
        <source>No setting fits these words.</source>
        <translation>Keine Einstellung passt zu diesen Worten.</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>&amp;Schließen</translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>Play</source>
        <translation>Abspielen</translation>
    </message>
    <message>
        <source>play or pause</source>
        <translation>abspielen oder anhalten</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Leertaste</translation>
    </message>
    <message>
        <source>5 seconds back, forward</source>
        <translation>5 Sekunden zurück, vor</translation>
    </message>
    <message>
        <source>1 second back, forward (with Shift: a tenth)</source>
        <translation>1 Sekunde zurück, vor (mit Umschalt: eine Zehntel)</translation>
    </message>
    <message>
        <source>to the beginning, to the end</source>
        <translation>an den Anfang, ans Ende</translation>
    </message>
    <message>
        <source>Home   End</source>
        <translation>Pos1   Ende</translation>
    </message>
    <message>
        <source>speed 0.5, 0.75, 1, 1.25, 1.5, 2 times</source>
        <translation>Tempo 0,5, 0,75, 1, 1,25, 1,5, 2-fach</translation>
    </message>
    <message>
        <source>only the agent, only the caller (again: both)</source>
        <translation>nur der Agent, nur der Anrufer (noch einmal: beide)</translation>
    </message>
    <message>
        <source>mute the agent, the caller (again: not)</source>
        <translation>Agent, Anrufer stumm (noch einmal: nicht)</translation>
    </message>
    <message>
        <source>Go to</source>
        <translation>Springen</translation>
    </message>
    <message>
        <source>next cue, cue before</source>
        <translation>nächster, voriger Hinweis</translation>
    </message>
    <message>
        <source>next note, note before</source>
        <translation>nächste, vorige Notiz</translation>
    </message>
    <message>
        <source>next peak of agitation, peak before</source>
        <translation>nächste, vorige Spitze der Erregung</translation>
    </message>
    <message>
        <source>next overlap, overlap before</source>
        <translation>nächste, vorige Stelle, an der beide reden</translation>
    </message>
    <message>
        <source>find words; next, before</source>
        <translation>Worte suchen; nächste, vorige Stelle</translation>
    </message>
    <message>
        <source>let the transcript follow the sound again</source>
        <translation>die Mitschrift wieder dem Ton folgen lassen</translation>
    </message>
    <message>
        <source>Passage and view</source>
        <translation>Abschnitt und Ansicht</translation>
    </message>
    <message>
        <source>the passage begins here, ends here</source>
        <translation>der Abschnitt beginnt hier, endet hier</translation>
    </message>
    <message>
        <source>repeat the passage, or stop repeating</source>
        <translation>den Abschnitt wiederholen oder nicht mehr</translation>
    </message>
    <message>
        <source>no passage any more</source>
        <translation>kein Abschnitt mehr</translation>
    </message>
    <message>
        <source>Escape</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>closer, farther, the whole call</source>
        <translation>näher, weiter weg, das ganze Gespräch</translation>
    </message>
    <message>
        <source>the passage fills the view</source>
        <translation>der Abschnitt füllt die Ansicht</translation>
    </message>
    <message>
        <source>spectrogram of what is in view</source>
        <translation>Spektrogramm des Ausschnitts</translation>
    </message>
    <message>
        <source>scroll back, forward</source>
        <translation>zurück, vor blättern</translation>
    </message>
    <message>
        <source>Page up   Page down</source>
        <translation>Bild auf   Bild ab</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>new note at the playhead, or over the passage</source>
        <translation>neue Notiz an der gehörten Stelle oder über den Abschnitt</translation>
    </message>
    <message>
        <source>save the note</source>
        <translation>die Notiz sichern</translation>
    </message>
    <message>
        <source>why: agitation and its reasons at the playhead</source>
        <translation>warum: Erregung und ihre Gründe an der gehörten Stelle</translation>
    </message>
    <message>
        <source>this sheet</source>
        <translation>dieses Blatt</translation>
    </message>
    <message>
        <source>Shift+</source>
        <translation>Umschalt+</translation>
    </message>
</context>
<context>
    <name>SoundChooser</name>
    <message>
        <source>Level: {0}</source>
        <translation>Pegel: {0}</translation>
    </message>
    <message>
        <source>(the system&apos;s own)</source>
        <translation>(das des Systems)</translation>
    </message>
    <message>
        <source>There is none on this computer. Plug one in, then look again.</source>
        <translation>Auf diesem Rechner gibt es keins. Stecken Sie eins an und suchen Sie noch einmal.</translation>
    </message>
    <message>
        <source>Heard.</source>
        <translation>Gehört.</translation>
    </message>
</context>
<context>
    <name>SoundPage</name>
    <message>
        <source>Your microphone</source>
        <translation>Ihr Mikrofon</translation>
    </message>
    <message>
        <source>Say something.</source>
        <translation>Sagen Sie etwas.</translation>
    </message>
    <message>
        <source>Where you hear the caller</source>
        <translation>Wo Sie den Anrufer hören</translation>
    </message>
    <message>
        <source>Play a test call, or any sound, in your softphone.</source>
        <translation>Spielen Sie im Softphone einen Testanruf oder irgendeinen Ton ab.</translation>
    </message>
    <message>
        <source>&amp;Look again</source>
        <translation>&amp;Noch einmal suchen</translation>
    </message>
    <message>
        <source>The two sides of a call</source>
        <translation>Die zwei Seiten eines Gesprächs</translation>
    </message>
    <message>
        <source>Looking for devices…</source>
        <translation>Geräte werden gesucht…</translation>
    </message>
</context>
<context>
    <name>TalkShare</name>
    <message>
        <source>Talk share</source>
        <translation>Redeanteil</translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <source>The call over time</source>
        <translation>Das Gespräch im Verlauf</translation>
    </message>
    <message>
        <source>whole call</source>
        <translation>ganzes Gespräch</translation>
    </message>
    <message>
        <source>Agitation</source>
        <translation>Erregung</translation>
    </message>
    <message>
        <source>Cues</source>
        <translation>Hinweise</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>high</source>
        <translation>hoch</translation>
    </message>
    <message>
        <source>calm</source>
        <translation>ruhig</translation>
    </message>
    <message>
        <source>both</source>
        <translation>beide</translation>
    </message>
    <message>
        <source>nobody speaks</source>
        <translation>niemand spricht</translation>
    </message>
    <message>
        <source>no sound</source>
        <translation>kein Ton</translation>
    </message>
    <message>
        <source>sound lost</source>
        <translation>Ton fehlt</translation>
    </message>
    <message>
        <source>note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>not enough of the caller&apos;s voice to tell</source>
        <translation>für eine Aussage zu wenig vom Anrufer gehört</translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message>
        <source>Transcript</source>
        <translation>Transkription</translation>
    </message>
    <message>
        <source>Newest words</source>
        <translation>Neueste Worte</translation>
    </message>
    <message>
        <source>Go to the newest words</source>
        <translation>Zu den neuesten Worten</translation>
    </message>
    <message>
        <source>Nothing is written down: there is no speech model.</source>
        <translation>Nichts wird mitgeschrieben: Es gibt kein Sprachmodell.</translation>
    </message>
    <message>
        <source>What is said will appear here.</source>
        <translation>Was gesagt wird, erscheint hier.</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
</context>
<context>
    <name>TranscriptionPage</name>
    <message>
        <source>Speech models</source>
        <translation>Sprachmodelle</translation>
    </message>
    <message>
        <source>&amp;Download</source>
        <translation>&amp;Herunterladen</translation>
    </message>
    <message>
        <source>&amp;Import a folder…</source>
        <translation>Ordner &amp;einlesen…</translation>
    </message>
    <message>
        <source>Transcription</source>
        <translation>Transkription</translation>
    </message>
    <message>
        <source>With a speech model, what is said is written down and more cues can come.</source>
        <translation>Mit einem Sprachmodell wird mitgeschrieben, und mehr Hinweise sind möglich.</translation>
    </message>
    <message>
        <source>None: cues from sound only</source>
        <translation>Keines: Hinweise nur aus dem Ton</translation>
    </message>
    <message>
        <source>installed</source>
        <translation>installiert</translation>
    </message>
    <message>
        <source>{0} MB</source>
        <translation>{0} MB</translation>
    </message>
    <message>
        <source>recommended here</source>
        <translation>hier empfohlen</translation>
    </message>
    <message>
        <source>Not installed yet: download it or import a folder. Until then cues come from sound only.</source>
        <translation>Noch nicht installiert: laden Sie es herunter, oder importieren Sie einen Ordner. Bis dahin kommen Hinweise nur aus dem Ton.</translation>
    </message>
    <message>
        <source>A speech model&apos;s folder</source>
        <translation>Ordner eines Sprachmodells</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Show &amp;window</source>
        <translation>&amp;Fenster zeigen</translation>
    </message>
    <message>
        <source>&amp;Mute cues</source>
        <translation>Hinweise &amp;stumm</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>&amp;Einstellungen…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;End call</source>
        <translation>Gespräch be&amp;enden</translation>
    </message>
    <message>
        <source>&amp;Start call</source>
        <translation>Gespräch &amp;beginnen</translation>
    </message>
    <message>
        <source>&amp;Go on</source>
        <translation>&amp;Weiter</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pause</translation>
    </message>
</context>
<context>
    <name>Wording</name>
    <message>
        <source>Listening</source>
        <translation>Hört zu</translation>
    </message>
    <message>
        <source>Calm</source>
        <translation>Ruhig</translation>
    </message>
    <message>
        <source>Rising</source>
        <translation>Steigt</translation>
    </message>
    <message>
        <source>High</source>
        <translation>Hoch</translation>
    </message>
    <message>
        <source>Falling</source>
        <translation>Sinkt</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Beginnt…</translation>
    </message>
    <message>
        <source>In a call</source>
        <translation>Im Gespräch</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Ending…</source>
        <translation>Endet…</translation>
    </message>
    <message>
        <source>Call ended</source>
        <translation>Gespräch beendet</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Sie</translation>
    </message>
    <message>
        <source>Caller</source>
        <translation>Anrufer</translation>
    </message>
    <message>
        <source>Your audio</source>
        <translation>Ihr Ton</translation>
    </message>
    <message>
        <source>Caller audio</source>
        <translation>Ton des Anrufers</translation>
    </message>
    <message>
        <source>Transcription</source>
        <translation>Transkription</translation>
    </message>
    <message>
        <source>Recording</source>
        <translation>Aufnahme</translation>
    </message>
    <message>
        <source>Agitation</source>
        <translation>Erregung</translation>
    </message>
    <message>
        <source>Caller told</source>
        <translation>Anrufer informiert</translation>
    </message>
    <message>
        <source>Echo cancelling</source>
        <translation>Echo-Unterdrückung</translation>
    </message>
    <message>
        <source>Cues</source>
        <translation>Hinweise</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>slow</source>
        <translation>langsam</translation>
    </message>
    <message>
        <source>being kept</source>
        <translation>wird aufbewahrt</translation>
    </message>
    <message>
        <source>not kept</source>
        <translation>nicht aufbewahrt</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>not yet</source>
        <translation>noch nicht</translation>
    </message>
    <message>
        <source>opening</source>
        <translation>öffnet</translation>
    </message>
    <message>
        <source>working</source>
        <translation>aktiv</translation>
    </message>
    <message>
        <source>in doubt</source>
        <translation>unsicher</translation>
    </message>
    <message>
        <source>lost</source>
        <translation>verloren</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>on screen</source>
        <translation>zu sehen</translation>
    </message>
    <message>
        <source>followed</source>
        <translation>befolgt</translation>
    </message>
    <message>
        <source>caller calmed down</source>
        <translation>Anrufer wurde ruhiger</translation>
    </message>
    <message>
        <source>went by itself</source>
        <translation>von selbst weg</translation>
    </message>
    <message>
        <source>dismissed</source>
        <translation>weggenommen</translation>
    </message>
    <message>
        <source>marked wrong</source>
        <translation>war falsch</translation>
    </message>
    <message>
        <source>muted</source>
        <translation>stumm</translation>
    </message>
    <message>
        <source>gave way</source>
        <translation>wich einem anderen</translation>
    </message>
    <message>
        <source>call ended</source>
        <translation>Gespräch beendet</translation>
    </message>
    <message>
        <source>not followed</source>
        <translation>nicht befolgt</translation>
    </message>
    <message>
        <source>Agent</source>
        <translation>Agent</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>Transcript</source>
        <translation>Mitschrift</translation>
    </message>
    <message>
        <source>No words of this call were kept.</source>
        <translation>Von diesem Gespräch wurden keine Worte aufbewahrt.</translation>
    </message>
</context>
<context>
    <name>WrongCuesList</name>
    <message>
        <source>Cues called wrong</source>
        <translation>Hinweise, die nicht passten</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>Alle zurücksetzen</translation>
    </message>
    <message>
        <source>{0} ×, {1} % quieter</source>
        <translation>{0} ×, {1} % zurückhaltender</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Reset {0}</source>
        <translation>{0} zurücksetzen</translation>
    </message>
    <message>
        <source>Each of these takes more to come, from the next call on. Only you see this.</source>
        <translation>Bei diesen braucht es vom nächsten Gespräch an mehr, bis sie kommen. Nur Sie sehen das.</translation>
    </message>
    <message>
        <source>None so far. A cue you call wrong comes less readily; only you see this.</source>
        <translation>Bisher keine. Ein Hinweis, der nicht passte, kommt seltener; nur Sie sehen das.</translation>
    </message>
</context>
<context>
    <name>_Editor</name>
    <message>
        <source>Label</source>
        <translation>Etikett</translation>
    </message>
    <message>
        <source>Label of the note</source>
        <translation>Etikett der Notiz</translation>
    </message>
    <message>
        <source>What do you hear here?</source>
        <translation>Was hören Sie hier?</translation>
    </message>
    <message>
        <source>Text of the note</source>
        <translation>Text der Notiz</translation>
    </message>
    <message>
        <source>&amp;Save note</source>
        <translation>Notiz &amp;sichern</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Answer to {0}</source>
        <translation>Antwort an {0}</translation>
    </message>
    <message>
        <source>Note at {0}</source>
        <translation>Notiz bei {0}</translation>
    </message>
</context>
</TS>
