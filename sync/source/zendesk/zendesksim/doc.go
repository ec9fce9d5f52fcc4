// Package zendesksim is a local double of Zendesk Guide: its OAuth pages and
// token endpoint, the Help Center API as a reader sees it, the public help
// center and a small page to edit the articles by hand.
//
// It follows Zendesk's published reference
// (developer.zendesk.com/api-reference/help_center and …/ticketing/oauth) and
// the answers that other connectors report where the reference is silent. What
// no source settles is switched by [Quirks].
//
// A [Server] is an http.Handler. Its world, the articles and the sections they
// are in, comes from a seed or from a folder of HTML files ([Server.Load]) and
// can be changed at any time: by methods, by POST /__sim/edit, or on the page
// at "/". Faults are those of package sim; a lost answer after a token was
// rotated, for example, is "POST /oauth/tokens reset=after".
//
// The package shares no code with the connector it doubles, so that both cannot
// agree on the same mistake.
package zendesksim
