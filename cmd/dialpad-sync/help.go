package main

import (
	"bytes"
	"strings"

	"github.com/alecthomas/kong"

	"dialpadsync.app/ui/view"
)

// printHelp prints the help in the person's language. The help of calls, flags
// and arguments holds the keys of its words; headings and the hint at the end
// are the parser's own.
func printHelp(w *view.Words) kong.HelpPrinter {
	return func(options kong.HelpOptions, ctx *kong.Context) error {
		if err := kong.Visit(ctx.Model, helpIn(w)); err != nil {
			return err
		}
		ctx.Model.HelpFlag.Help = w.Text("help.help")
		var page bytes.Buffer
		out := ctx.Stdout
		ctx.Stdout = &page
		err := kong.DefaultHelpPrinter(options, ctx)
		ctx.Stdout = out
		if err != nil {
			return err
		}
		_, err = strings.NewReplacer(
			"Usage: ", w.Text("help.usage")+" ",
			"\nArguments:\n", "\n"+w.Text("help.arguments")+"\n",
			"\nFlags:\n", "\n"+w.Text("help.flags")+"\n",
			"\nCommands:\n", "\n"+w.Text("help.calls")+"\n",
			`Run "dialpad-sync <command> --help" for more information on a command.`, w.Text("help.more"),
		).WriteString(out, page.String())
		return err
	}
}

// helpIn turns keys into words.
func helpIn(w *view.Words) kong.Visitor {
	return func(node kong.Visitable, next kong.Next) error {
		switch node := node.(type) {
		case *kong.Application:
			node.Help = w.Text(node.Help)
		case *kong.Node:
			node.Help = w.Text(node.Help)
		case *kong.Flag:
			node.Help = w.Text(node.Help)
		case *kong.Value:
			node.Help = w.Text(node.Help)
		}
		return next(nil)
	}
}
