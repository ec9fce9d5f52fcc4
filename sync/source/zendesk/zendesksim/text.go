package zendesksim

// phrases are the parts that generated articles are made of in one language.
type phrases struct {
	verbs, things         []string
	openers, steps, notes []string
	linkText, imageText   string
}

// languages returns the phrases of every language there are texts in.
func languages() map[string]phrases {
	return map[string]phrases{"en": english(), "de": german(), "fr": french(), "es": spanish()}
}

func english() phrases {
	return phrases{
		verbs: []string{"Change", "Find", "Cancel", "Set up", "Export", "Share", "Renew", "Verify", "Troubleshoot", "Delete", "Restore"},
		things: []string{
			"your password", "your billing address", "an order", "a subscription", "two-step verification", "an invoice", "a return label",
			"delivery notifications", "a team member", "your account", "a gift card", "a payment method", "call forwarding",
		},
		openers: []string{
			"This takes about two minutes, and you can undo it at any time.", "Only the owner of the account can do this.",
			"You need the e-mail address you signed up with.", "The change applies from the next billing period on.",
			"Customers ask this most often after they move house.", "If you bought through a partner, please ask them first.",
		},
		steps: []string{
			"Open <b>Settings</b> and choose <em>Account</em>.", "Select the entry you want to change &amp; confirm with your password.",
			"Wait for the confirmation; it arrives within 5 minutes.", "Check the summary &ndash; amounts are shown including tax.",
			"Press <b>Save</b>.", "Sign out on all other devices.",
		},
		notes: []string{
			"Nothing happens? Look into the spam folder first.", "The limit is 3 attempts in 24 hours.", "Prices are shown in the currency of your account.",
			"Orders that have left the warehouse cannot be changed any more.", "We keep a copy for 30 days, then it is gone for good.",
		},
		linkText: "A related answer", imageText: "Where the button is",
	}
}

func german() phrases {
	return phrases{
		verbs: []string{"So ändern Sie", "So finden Sie", "So kündigen Sie", "So exportieren Sie", "So teilen Sie", "So verlängern Sie", "So löschen Sie"},
		things: []string{
			"Ihr Passwort", "Ihre Rechnungsadresse", "eine Bestellung", "ein Abonnement", "die Bestätigung in zwei Schritten", "eine Rechnung",
			"ein Rücksendeetikett", "ein Teammitglied", "Ihr Konto", "einen Gutschein", "eine Zahlungsart",
		},
		openers: []string{
			"Das dauert etwa zwei Minuten und lässt sich jederzeit rückgängig machen.", "Das kann nur die Inhaberin oder der Inhaber des Kontos.",
			"Sie brauchen die E-Mail-Adresse, mit der Sie sich angemeldet haben.", "Die Änderung gilt ab dem nächsten Abrechnungszeitraum.",
		},
		steps: []string{
			"Öffnen Sie <b>Einstellungen</b> und wählen Sie <em>Konto</em>.", "Wählen Sie den Eintrag und bestätigen Sie mit Ihrem Passwort.",
			"Warten Sie auf die Bestätigung; sie kommt innerhalb von 5 Minuten.", "Prüfen Sie die Übersicht &ndash; alle Beträge enthalten die Steuer.", "Drücken Sie <b>Speichern</b>.",
		},
		notes: []string{
			"Nichts passiert? Sehen Sie zuerst im Spam-Ordner nach.", "Möglich sind 3 Versuche in 24 Stunden.", "Bestellungen, die das Lager verlassen haben, lassen sich nicht mehr ändern.",
		},
		linkText: "Eine verwandte Antwort", imageText: "Wo der Knopf ist",
	}
}

func french() phrases {
	return phrases{
		verbs: []string{"Modifier", "Retrouver", "Annuler", "Configurer", "Exporter", "Partager", "Renouveler", "Supprimer"},
		things: []string{
			"votre mot de passe", "votre adresse de facturation", "une commande", "un abonnement", "la validation en deux étapes", "une facture",
			"une étiquette de retour", "un membre de l’équipe", "votre compte", "une carte cadeau", "un moyen de paiement",
		},
		openers: []string{
			"Cela prend environ deux minutes et vous pouvez revenir en arrière à tout moment.", "Seul le titulaire du compte peut le faire.",
			"Il vous faut l’adresse e-mail de votre inscription.", "La modification s’applique à la prochaine période de facturation.",
		},
		steps: []string{
			"Ouvrez <b>Paramètres</b> puis <em>Compte</em>.", "Choisissez l’élément et confirmez avec votre mot de passe.",
			"Attendez la confirmation ; elle arrive en moins de 5 minutes.", "Vérifiez le résumé &ndash; les montants sont TTC.", "Cliquez sur <b>Enregistrer</b>.",
		},
		notes: []string{
			"Rien ne se passe ? Regardez d’abord dans les courriers indésirables.", "La limite est de 3 essais en 24 heures.", "Une commande déjà expédiée ne peut plus être modifiée.",
		},
		linkText: "Une réponse voisine", imageText: "Où se trouve le bouton",
	}
}

func spanish() phrases {
	return phrases{
		verbs: []string{"Cambiar", "Encontrar", "Cancelar", "Configurar", "Exportar", "Compartir", "Renovar", "Eliminar"},
		things: []string{
			"tu contraseña", "tu dirección de facturación", "un pedido", "una suscripción", "la verificación en dos pasos", "una factura",
			"una etiqueta de devolución", "un miembro del equipo", "tu cuenta", "una tarjeta regalo", "un método de pago",
		},
		openers: []string{
			"Tarda unos dos minutos y puedes deshacerlo cuando quieras.", "Solo puede hacerlo el titular de la cuenta.",
			"Necesitas el correo con el que te registraste.", "El cambio se aplica desde el próximo periodo de facturación.",
		},
		steps: []string{
			"Abre <b>Ajustes</b> y elige <em>Cuenta</em>.", "Selecciona el elemento y confirma con tu contraseña.",
			"Espera la confirmación; llega en menos de 5 minutos.", "Revisa el resumen &ndash; los precios incluyen impuestos.", "Pulsa <b>Guardar</b>.",
		},
		notes: []string{
			"¿No ocurre nada? Mira primero en el correo no deseado.", "El límite es de 3 intentos en 24 horas.", "Un pedido que ya ha salido del almacén no se puede cambiar.",
		},
		linkText: "Una respuesta relacionada", imageText: "Dónde está el botón",
	}
}
