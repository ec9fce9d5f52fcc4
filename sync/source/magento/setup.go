package magento

import "net/url"

// Registration is what an admin does once in the shop's own pages.
type Registration struct {
	Page             string
	Steps            []string
	Name, Identifier string
	Redirects        []string
}

// SetUp names the clicks that make the four keys (contract §1.1).
func SetUp(base *url.URL) Registration {
	return Registration{
		Page: base.JoinPath("admin").String(),
		Name: "Dialpad Sync",
		Steps: []string{
			"In your shop's admin, open System > Extensions > Integrations.",
			"Click Add New Integration and name it Dialpad Sync. Leave Callback URL and Identity link URL empty.",
			"On the tab API choose Resource Access: Custom, and tick Content > Elements (Pages, Blocks), Catalog > Inventory (Products, Categories), Stores > Settings > All Stores and Stores > Attributes > Product.",
			"Save, then click Activate in the list and Allow.",
			"Magento shows four keys. Copy each of them here.",
			"Click Done in Magento only after the four are copied.",
		},
	}
}
