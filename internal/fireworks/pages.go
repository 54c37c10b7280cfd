package fireworks

import (
	"fmt"
	"net/url"
	"strconv"
)

const (
	// MaxPageSize is the largest page that the API serves.
	MaxPageSize = 200
	// MaxPages bounds a listing, so that a server which never ends it cannot keep the client busy for ever.
	MaxPages = 10_000
)

// nextPage is the part of every listing that leads to the next page, in both spellings that servers use.
type nextPage struct {
	Token      string `json:"nextPageToken"`
	TokenSnake string `json:"next_page_token"`
}

func (n nextPage) token() string {
	if n.Token != "" {
		return n.Token
	}
	return n.TokenSnake
}

// walkPages calls visit for every page until one carries no token. A token that was seen before is refused: it would never end.
func (c *Client) walkPages(path string, query url.Values, pageSize int, visit func(query url.Values) (nextPage, error)) error {
	if pageSize <= 0 || pageSize > MaxPageSize {
		pageSize = MaxPageSize
	}
	if query == nil {
		query = url.Values{}
	}
	query.Set("pageSize", strconv.Itoa(pageSize))
	seen := map[string]bool{}
	for range MaxPages {
		next, err := visit(query)
		if err != nil {
			return err
		}
		token := next.token()
		if token == "" {
			return nil
		}
		if seen[token] {
			return &DecodeError{Method: "GET", Path: path, Reason: fmt.Sprintf("the API repeats a page token after %d pages, so its list would never end", len(seen)+1)}
		}
		seen[token] = true
		query.Set("pageToken", token)
	}
	return &DecodeError{Method: "GET", Path: path, Reason: fmt.Sprintf("the list has more than %d pages, the most that are read; ask for larger pages", MaxPages)}
}
