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
	// MaxRows bounds the memory that a listing takes.
	MaxRows = 200_000
	// MaxEmptyPages is how many pages without rows may follow each other: a filter leaves a few of them, a broken server sends no others.
	MaxEmptyPages = 100
)

// nextPage is the part of every listing that leads to the next page, in both spellings that servers use.
type nextPage struct {
	Token      string `json:"nextPageToken"`
	TokenSnake string `json:"next_page_token"`

	// rows is how many rows the page before it had.
	rows int
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

	refuse := func(format string, a ...any) error {
		return &DecodeError{Method: "GET", Path: path, Reason: fmt.Sprintf(format, a...)}
	}
	seen := map[string]bool{}
	rows, emptyPages := 0, 0

	for range MaxPages {
		next, err := visit(query)
		if err != nil {
			return err
		}

		rows += next.rows

		emptyPages++
		if next.rows > 0 {
			emptyPages = 0
		}

		token := next.token()
		switch {
		case token == "":
			return nil
		case seen[token]:
			return refuse("the API repeats a page token after %d pages, so its list would never end", len(seen)+1)
		case emptyPages >= MaxEmptyPages:
			return refuse("the API sent %d pages without a row one after the other, so its list would never end", emptyPages)
		case rows > MaxRows:
			return refuse("the list has more than %d rows, the most that are read", MaxRows)
		}

		seen[token] = true
		query.Set("pageToken", token)
	}

	return refuse("the list has more than %d pages, the most that are read; ask for larger pages", MaxPages)
}
