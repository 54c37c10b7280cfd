package mockapi

import (
	"net/http"
	"slices"
	"strings"
)

type account struct {
	Name        string `json:"name"`
	DisplayName string `json:"displayName,omitempty"`
	State       string `json:"state,omitempty"`
	CreateTime  string `json:"createTime,omitempty"`
}

// SetAccounts replaces the accounts that a key reaches; what belongs to other accounts stays.
func (s *Server) SetAccounts(ids ...string) {
	defer s.lock()()

	s.accounts = slices.Clone(ids)
}

// SetForbidden makes every read of a model or a shape, given by its full name, answer 403, or lifts that.
func (s *Server) SetForbidden(name string, forbidden bool) {
	defer s.lock()()

	s.forbidden[name] = forbidden
}

func (s *Server) authenticate(h http.Header) error {
	key := h.Get("X-Api-Key")
	if scheme, token, ok := strings.Cut(h.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		key = token
	}

	key = strings.TrimSpace(key)
	switch {
	case key == "":
		return unauthenticated("missing API key")
	case s.apiKey != "" && key != s.apiKey:
		return unauthenticated("invalid API key, or one without access to the training API")
	}

	return nil
}

// own is what a call needs that changes something, or reads what is not public.
func (s *Server) own(accountID string) error {
	if slices.Contains(s.accounts, accountID) {
		return nil
	}

	if err := s.see(accountID); err != nil {
		return err
	}

	return denied("the key has no access to account %q", accountID)
}

// see is what a call needs that reads public things.
func (s *Server) see(accountID string) error {
	prefix := "accounts/" + accountID + "/"
	if slices.Contains(s.accounts, accountID) || hasKeyPrefix(s.models, prefix) || hasKeyPrefix(s.shapes, prefix) ||
		hasKeyPrefix(s.runs, prefix) {
		return nil
	}

	return notFound("account %q not found", accountID)
}

func hasKeyPrefix[V any](m map[string]V, prefix string) bool {
	for name := range m {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}

	return false
}

func (s *Server) listAccounts(c *call) (any, error) {
	defer s.lock()()

	rows, next, err := paginate(c, s.accounts)
	if err != nil {
		return nil, err
	}

	var answer struct {
		Accounts  []account `json:"accounts,omitempty"`
		NextToken string    `json:"nextPageToken,omitempty"`
		TotalSize int       `json:"totalSize,omitempty"`
	}
	for _, id := range rows {
		answer.Accounts = append(answer.Accounts, account{Name: "accounts/" + id, DisplayName: id, State: "READY", CreateTime: fixtureEpoch})
	}

	answer.NextToken, answer.TotalSize = next, len(s.accounts)

	return answer, nil
}
