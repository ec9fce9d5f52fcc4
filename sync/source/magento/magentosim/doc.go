// Package magentosim is a double of a Magento 2 shop: the REST endpoints for
// store views, CMS pages and blocks, products, categories and attributes, with
// OAuth 1.0a signatures verified as Magento verifies them; GraphQL's list of
// stores; and a small storefront to look at. It follows contract
// magento.md and shares nothing with the connector it is for.
//
// What is not there behaves as in a shop: an unknown path answers 404 "Request
// does not match any route.", a missing resource 401, maintenance 503 with a web
// page (fault status=503 body=html).
package magentosim
