package login

import (
	"bytes"
	"encoding/xml"
)

// agentLabel names the LaunchAgent to launchd, and its file.
const agentLabel = "app.dialpadsync.agent"

// launchAgent is the property list that makes launchd start a command at
// login. launchd.plist(5) describes the keys.
func launchAgent(command []string) string {
	var text bytes.Buffer
	text.WriteString(xml.Header +
		`<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">` + "\n" +
		"<plist version=\"1.0\">\n<dict>\n" +
		"\t<key>Label</key>\n\t<string>" + agentLabel + "</string>\n" +
		"\t<key>ProgramArguments</key>\n\t<array>\n")
	for _, part := range command {
		text.WriteString("\t\t<string>")
		_ = xml.EscapeText(&text, []byte(part)) // a buffer takes all
		text.WriteString("</string>\n")
	}
	text.WriteString("\t</array>\n\t<key>RunAtLoad</key>\n\t<true/>\n" +
		"\t<key>ProcessType</key>\n\t<string>Background</string>\n</dict>\n</plist>\n")
	return text.String()
}

// agentState compares with what we would write; launchd's own switch
// (launchctl disable) is not looked at.
func agentState(text string, command []string) State {
	if text == launchAgent(command) {
		return On
	}
	return Elsewhere
}
