// Package setup is what a person decides about their accounts, in one place for
// command line and window: where to sign in, which Dialpad, what is copied, and
// that an account is forgotten. A Desk takes these decisions; the agent serves
// it through the local API, and the command line uses it alone where no agent
// runs.
//
// Nothing is kept before it is proved good: a sign-in is tried in memory, and
// the stores it is to be kept in are proved writable before a person goes
// through a browser for it. What fails in the middle leaves settings and
// sign-ins as they were. Of what it reads from a source the Desk keeps nothing.
package setup
