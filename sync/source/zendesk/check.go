package zendesk

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"dialpadsync.app/sync/source"
)

// user is the person as /users/me tells; ID is null for somebody who is not
// signed in, although the answer is 200.
type user struct {
	ID   *int64 `json:"id"`
	Name string `json:"name"`
	Role string `json:"role"`
}

// oauthToken is what /oauth/tokens/current tells about the token that asks.
type oauthToken struct {
	ID     int64    `json:"id"`
	UserID int64    `json:"user_id"`
	Scopes []string `json:"scopes"`
}

// tokensPath is where tokens are described and withdrawn.
const tokensPath = apiRoot + "/oauth/tokens"

// Check says who is signed in. A sign-in whose scopes do not reach /users/me is
// named by its token alone; its role is then unknown.
func (s *Source) Check(ctx context.Context) (source.Who, error) {
	who := source.Who{Host: s.base.Host}
	var me struct {
		User user `json:"user"`
	}
	path := apiRoot + "/users/me"
	_, err := s.object(ctx, request{op: "read user", path: path, template: path}, &me)
	noScope := hasStatus(err, http.StatusForbidden)
	if err != nil && !noScope {
		return who, err
	}
	if err == nil && me.User.ID == nil {
		return who, &source.Error{
			Kind: source.SignIn, Op: "read user", Side: "source", Host: s.base.Host, Err: errors.New("nobody is signed in"),
		}
	}
	token, tokenErr := s.currentToken(ctx)
	switch {
	case tokenErr == nil:
		who.Scopes = slices.Sorted(slices.Values(token.Scopes))
	case noScope:
		return who, err // nothing says who this is
	case !hasStatus(tokenErr, http.StatusForbidden, http.StatusNotFound):
		return who, tokenErr
	}
	if noScope {
		who.ID = strconv.FormatInt(token.UserID, 10)
		return who, nil
	}
	who.ID, who.Name, who.Role = strconv.FormatInt(*me.User.ID, 10), me.User.Name, me.User.Role
	who.ReadsAll = who.Role == "agent" || who.Role == "admin"
	return who, nil
}

// currentToken describes the token that is sent
// (developer.zendesk.com/api-reference/ticketing/oauth/oauth_tokens).
func (s *Source) currentToken(ctx context.Context) (oauthToken, error) {
	var answer struct {
		Token oauthToken `json:"token"`
	}
	path := tokensPath + "/current"
	_, err := s.object(ctx, request{op: "read token", path: path, template: path}, &answer)
	return answer.Token, err
}
