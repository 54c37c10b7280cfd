// SPDX-License-Identifier: MPL-2.0

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

// SetAccounts replaces the accounts that a key can access. Resources of other accounts are kept.
func (s *Server) SetAccounts(ids ...string) {
	defer s.lock()()

	s.accounts = slices.Clone(ids)
}

// SetForbidden sets whether every read of a model or shape, given by its full name, returns 403.
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

// requireAccess returns an error unless the key can access the account. Changes and reads of private resources need it.
func (s *Server) requireAccess(accountID string) error {
	if slices.Contains(s.accounts, accountID) {
		return nil
	}

	if err := s.requireVisible(accountID); err != nil {
		return err
	}

	return denied("the key has no access to account %q", accountID)
}

// requireVisible returns an error unless the account exists. Reads of public resources need it.
func (s *Server) requireVisible(accountID string) error {
	prefix := "accounts/" + accountID + "/"
	if slices.Contains(s.accounts, accountID) || hasKeyPrefix(s.models, prefix) || hasKeyPrefix(s.shapes, prefix) ||
		hasKeyPrefix(s.trainingRuns, prefix) {
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

	var page struct {
		Accounts  []account `json:"accounts,omitempty"`
		NextToken string    `json:"nextPageToken,omitempty"`
		TotalSize int       `json:"totalSize,omitempty"`
	}
	for _, id := range rows {
		page.Accounts = append(page.Accounts,
			account{Name: "accounts/" + id, DisplayName: id, State: "READY", CreateTime: fixtureEpoch})
	}

	page.NextToken, page.TotalSize = next, len(s.accounts)

	return page, nil
}
