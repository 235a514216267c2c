<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
    <context>
        <name>AgitationView</name>
        <message>
            <source>Not enough of the caller's voice yet to tell.</source>
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
            <source>Caller's agitation</source>
            <translation>Erregung des Anrufers</translation>
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
            <translation>&amp;Weg damit</translation>
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
            <source>Curve of the caller's agitation</source>
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
            <source>Demo call</source>
            <translation>Beispielgespräch</translation>
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
        <name>HotKeys</name>
        <message>
            <source>{0} is no key; write it like Ctrl+Shift+F9.</source>
            <translation>{0} ist keine Taste; schreiben Sie sie wie Ctrl+Shift+F9.</translation>
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
        <name>LiveWindow</name>
        <message>
            <source>Caller reference (order, ticket, number)</source>
            <translation>Kennung des Anrufers (Auftrag, Fall, Nummer)</translation>
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
            <source>Caller's agitation</source>
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
            <translation>Hinweis &amp;wegnehmen</translation>
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
            <source>Warning</source>
            <translation>Warnung</translation>
        </message>
        <message>
            <source>Remark</source>
            <translation>Anmerkung</translation>
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
            <source>Choose a folder: {0}</source>
            <translation>Ordner wählen: {0}</translation>
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
            <source>Can only be set for the whole computer.</source>
            <translation>Lässt sich nur für den ganzen Rechner festlegen.</translation>
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
        <name>PartItem</name>
        <message>
            <source>Level: {0}</source>
            <translation>Pegel: {0}</translation>
        </message>
    </context>
    <context>
        <name>Parts</name>
        <message>
            <source>How every part is doing</source>
            <translation>Wie es jedem Teil geht</translation>
        </message>
    </context>
    <context>
        <name>PrivacyPage</name>
        <message>
            <source>&amp;Keep the sound and the record of my calls on this computer</source>
            <translation>Ton und Mitschrift meiner Gespräche auf diesem Rechner &amp;aufheben</translation>
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
            <translation>Kein Wort verlässt diesen Rechner. Ihre eigenen Gefühle werden nie beurteilt: Auf Ihrer Seite zählt nur, wie laut und wie schnell Sie sprechen und wer wem ins Wort fällt. Nichts wird aufgehoben, wenn Sie es hier nicht wollen.</translation>
        </message>
        <message>
            <source>Managed by your organisation.</source>
            <translation>Von Ihrer Organisation festgelegt.</translation>
        </message>
    </context>
    <context>
        <name>RehearsalPage</name>
        <message>
            <source>&amp;Play the rehearsal</source>
            <translation>&amp;Probe abspielen</translation>
        </message>
        <message>
            <source>A rehearsal</source>
            <translation>Eine Probe</translation>
        </message>
        <message>
            <source>Half a minute of a difficult call, four times as fast as it was spoken: see where the overlay comes up, and drag it elsewhere with Overlay, Arrange.</source>
            <translation>Eine halbe Minute eines schwierigen Gesprächs, viermal so schnell wie gesprochen: Sehen Sie, wo die Einblendung erscheint, und ziehen Sie sie mit Einblendung, Anordnen woandershin.</translation>
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
            <source>one, another, a third</source>
            <translation>eins, noch eins, ein drittes</translation>
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
        <name>SoundChooser</name>
        <message>
            <source>Level: {0}</source>
            <translation>Pegel: {0}</translation>
        </message>
        <message>
            <source>(the system's own)</source>
            <translation>(das des Systems)</translation>
        </message>
        <message>
            <source>There is none on this computer. Plug one in and go back and forth once.</source>
            <translation>Auf diesem Rechner gibt es keines. Schließen Sie eines an und gehen Sie einmal zurück und vor.</translation>
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
        <name>Transcript</name>
        <message>
            <source>Transcript</source>
            <translation>Mitschrift</translation>
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
        <message>
            <source>(no words)</source>
            <translation>(keine Worte)</translation>
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
            <source>Your sound</source>
            <translation>Ihr Ton</translation>
        </message>
        <message>
            <source>Caller's sound</source>
            <translation>Ton des Anrufers</translation>
        </message>
        <message>
            <source>Words</source>
            <translation>Worte</translation>
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
            <source>opening</source>
            <translation>öffnet</translation>
        </message>
        <message>
            <source>working</source>
            <translation>läuft</translation>
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
            <source>heeded</source>
            <translation>befolgt</translation>
        </message>
        <message>
            <source>caller eased</source>
            <translation>Anrufer ruhiger</translation>
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
    </context>
    <context>
        <name>WordsPage</name>
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
            <source>&amp;Stop</source>
            <translation>&amp;Anhalten</translation>
        </message>
        <message>
            <source>Download</source>
            <translation>Herunterladen</translation>
        </message>
        <message>
            <source>Words</source>
            <translation>Worte</translation>
        </message>
        <message>
            <source>With a speech model, what is said is written down and more cues can come.</source>
            <translation>Mit einem Sprachmodell wird mitgeschrieben, und mehr Hinweise sind möglich.</translation>
        </message>
        <message>
            <source>None: cues from sound only</source>
            <translation>Keines: Hinweise nur aus dem Klang</translation>
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
            <source>Downloading {0}…</source>
            <translation>{0} wird heruntergeladen…</translation>
        </message>
        <message>
            <source>A speech model's folder</source>
            <translation>Ordner eines Sprachmodells</translation>
        </message>
        <message>
            <source>Copying {0}…</source>
            <translation>{0} wird kopiert…</translation>
        </message>
        <message>
            <source>{0} is installed.</source>
            <translation>{0} ist installiert.</translation>
        </message>
        <message>
            <source>Stopped. What has arrived is kept for the next try.</source>
            <translation>Angehalten. Was schon da ist, bleibt für den nächsten Versuch.</translation>
        </message>
        <message>
            <source>Still downloading. Wait, or press Stop.</source>
            <translation>Noch beim Herunterladen. Warten Sie, oder drücken Sie Anhalten.</translation>
        </message>
    </context>
</TS>
