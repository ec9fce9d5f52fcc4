package view

import (
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

// sentence is what is said about one class of failure: the keys of the
// sentence, of what to do on the command line, and of what a button opens.
type sentence struct {
	says, fix string
	action    Action
	guide     string
}

// sentenceOf is the sentence of a failure's class, in the form for which the
// failure knows enough.
func sentenceOf(p engine.Problem) sentence {
	s, ok := byCode[p.Code]
	if !ok {
		s = byKind(p.Kind)
	}
	switch {
	case p.Code == source.CodeRefused && p.Side == "source":
		return sentence{says: "failure.refused_by_source", fix: "fix.log", action: CopyDetails}
	case p.Code == source.CodeNotWritable && p.Side == "" && p.Host != "":
		s.says = "failure.not_writable_folder"
	case p.Code == source.CodeAddress && p.Side == "dialpad":
		s.fix = "fix.api_address"
	case p.Code == source.CodeIdentifier && p.Side == "dialpad":
		s.says, s.fix = "failure.client_id", "fix.credentials"
	case p.Code == source.CodeTLS && p.Issuer != "":
		s.says = "failure.tls_issuer"
	case p.Code == source.CodeClock && p.ClockOff > 0:
		s.says = "failure.clock_ahead"
	case p.Code == source.CodeClock && p.ClockOff < 0:
		s.says = "failure.clock_behind"
	case s.says == "failure.down" && !p.Since.IsZero():
		s.says = "failure.down_since"
	case s.says == "state.wait" && !p.RetryAt.IsZero():
		s.says = "state.wait_until"
	}
	return s
}

// byKind is the sentence of a failure that has no code, or one that is new.
func byKind(k source.Kind) sentence {
	switch k {
	case source.Throttled:
		return sentence{says: "state.wait"}
	case source.Transient:
		return sentence{says: "failure.down"}
	case source.SignIn:
		return sentence{says: "failure.sign_in", fix: "fix.connect", action: Reconnect}
	case source.Forbidden:
		return sentence{says: "failure.forbidden", fix: "fix.sign_in_else", action: SignInAsSomeoneElse}
	case source.BadDocument:
		return sentence{says: "failure.refused", fix: "fix.look", action: OpenArticle}
	}
	return sentence{says: "failure.ours", fix: "fix.log", action: CopyDetails}
}

// byCode has one entry for each code.
var byCode = map[source.Code]sentence{
	source.CodeTooLarge:       {says: "failure.too_large", fix: "fix.split", action: OpenArticle},
	source.CodeRefused:        {says: "failure.refused", fix: "fix.look", action: OpenArticle},
	source.CodeWrongSecret:    {says: "failure.wrong_secret", fix: "fix.wrong_secret", action: CheckSignIn},
	source.CodeWidgetID:       {says: "failure.widget_id", fix: "fix.credentials", action: CheckSignIn},
	source.CodeNoKnowledgeAPI: {says: "failure.no_knowledge_api", fix: "fix.region", action: CheckSignIn},
	source.CodeNoHelpCenter:   {says: "failure.no_help_center", fix: "fix.brand", action: CheckAddress},
	source.CodeSelection:      {says: "failure.selection", fix: "fix.selection", action: ChooseAgain},
	source.CodeRole:           {says: "failure.role", fix: "fix.sign_in_agent", action: SignInAsSomeoneElse},
	source.CodeScope:          {says: "failure.scope", fix: "fix.scope", action: Reconnect},
	source.CodeReadOnly:       {says: "failure.read_only", fix: "fix.write", action: HowToAllow, guide: "guide.how_to_allow_it"},
	source.CodeRedirect:       {says: "failure.redirect", fix: "fix.address", action: CheckAddress},
	source.CodeNotData:        {says: "failure.not_data", fix: "fix.portal", action: OpenPage},
	source.CodeCutShort:       {says: "failure.cut_short"},
	source.CodeOffline:        {says: "failure.offline"},
	source.CodeDown:           {says: "failure.down"},
	source.CodeTLS:            {says: "failure.tls", fix: "fix.network", action: WhatToDo, guide: "guide.network"},
	source.CodeClock:          {says: "failure.clock", fix: "fix.clock", action: WhatToDo, guide: "guide.clock"},
	source.CodeKeyringLocked:  {says: "failure.keyring_locked", fix: "fix.secrets_dir", action: TryAgain},
	source.CodeKeyringMissing: {says: "failure.keyring_missing", fix: "fix.keyring", action: WhatToDo, guide: "guide.keyring"},
	source.CodeSecretMissing:  {says: "failure.secret_missing", fix: "fix.connect", action: Connect},
	source.CodeDiskFull:       {says: "failure.disk_full", fix: "fix.room", action: TryAgain},
	source.CodeDiskFailing:    {says: "failure.disk_failing", fix: "fix.disk", action: TryAgain},
	source.CodeNotWritable:    {says: "failure.not_writable", fix: "fix.write_home", action: TryAgain},
	source.CodeBusy:           {says: "failure.busy", fix: "fix.wait"},
	source.CodeStopped:        {says: "failure.stopped"},
	source.CodeTooNew:         {says: "failure.too_new", fix: "fix.newer"},
	source.CodeAddress:        {says: "failure.address", fix: "fix.typed_address", action: CheckAddress},
	source.CodeOvertaken:      {says: "failure.overtaken", action: TryAgain},
	source.CodeKeys:           {says: "failure.keys", fix: "fix.keys", action: CheckSignIn},
	source.CodeWrongKeys:      {says: "failure.wrong_keys", fix: "fix.wrong_keys", action: Reconnect},
	source.CodeBearer:         {says: "failure.bearer", fix: "fix.bearer", action: Reconnect},
	source.CodeIdentifier:     {says: "failure.identifier", fix: "fix.compare_identifier", action: CheckSignIn},
	source.CodeOtherAccount:   {says: "failure.other_account", fix: "fix.that_address", action: CheckAddress},
	source.CodeNoAccount:      {says: "failure.no_account", fix: "fix.accounts_listed"},
	source.CodeNothingChosen:  {says: "failure.nothing_chosen", fix: "fix.choose_more", action: ChooseAgain},
	source.CodeDeclined:       {says: "failure.declined", action: TryAgain},
	source.CodeTimedOut:       {says: "failure.timed_out", action: TryAgain},
	source.CodePortsTaken:     {says: "failure.ports", fix: "fix.ports", action: TryAgain},
	source.CodeNotSetUp:       {says: "state.not_set_up", fix: "fix.set_up", action: SetUp},
	source.CodeSettings:       {says: "failure.settings", fix: "fix.detail", action: WhatToDo, guide: "guide.settings"},
	source.CodeNoWindow:       {says: "failure.no_window", fix: "fix.window"},
	source.CodeNoBrowser:      {says: "failure.no_browser", fix: "fix.browser", action: WhatToDo, guide: "guide.browser"},
	source.CodeNoPage:         {says: "failure.no_page"},
	source.CodeRebuilt:        {says: "failure.rebuilding"},
}
