// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
)

const (
	// MaxPageSize is the largest page that the API serves.
	MaxPageSize = 200
	// MaxPages bounds a listing, so that a server that always sends another page token cannot keep the client busy
	// forever.
	MaxPages = 10_000
	// MaxRows bounds the memory that a listing takes.
	MaxRows = 200_000
	// maxEmptyPages is the number of consecutive pages without rows that are read: a filter leaves a few of them.
	maxEmptyPages = 100
)

// listRequest is the GET of a collection.
type listRequest struct {
	path  string
	query url.Values
	// pageSize is MaxPageSize when it is outside of 1 to MaxPageSize.
	pageSize int
	// limit ends the listing after the page with which so many rows are known; 0 means all.
	limit int
}

// row is an entry of a listing.
type row interface{ resourceName() string }

// page is a page of a listing, without the rows that cannot be decoded.
type page[T any] struct {
	rows  []T
	token string
	// skipped is the number of rows that cannot be decoded, and err the reason for the first.
	skipped int
	err     error
}

// rowFields are the fields that may contain the rows of a page, of all collections and in the spellings of older
// servers.
var rowFields = []string{
	"accounts", "checkpoints", "rlorTrainerJobCheckpoints", "trainingSessionCheckpoints",
	"training_session_checkpoints", "deployedModels", "deployments", "deploymentShapeVersions", "models", "quotas",
	"trainingShapeVersions", "training_shape_versions", "routers", "supervisedFineTuningJobs", "dpoJobs",
	"reinforcementFineTuningJobs",
}

func (p *page[T]) decode(body []byte) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return err
	}

	*p = page[T]{}

	for _, name := range []string{"nextPageToken", "next_page_token"} {
		if token, ok := fields[name]; ok && p.token == "" {
			if err := json.Unmarshal(token, &p.token); err != nil {
				return err
			}
		}
	}

	for _, name := range rowFields {
		if field, ok := fields[name]; ok {
			if err := p.decodeRows(field); err != nil {
				return err
			}
		}
	}

	return nil
}

func (p *page[T]) decodeRows(field []byte) error {
	var rows []T
	if json.Unmarshal(field, &rows) == nil {
		p.rows = append(p.rows, rows...)
		return nil
	}

	var each []json.RawMessage
	if err := json.Unmarshal(field, &each); err != nil {
		return err
	}

	for _, data := range each {
		var row T
		if err := json.Unmarshal(data, &row); err != nil {
			p.skipped++
			p.err = cmp.Or(p.err, err)

			continue
		}

		p.rows = append(p.rows, row)
	}

	return nil
}

// listAll reads the pages of a collection and returns their rows in the order of the server, each resource once.
func listAll[T row](ctx context.Context, c *Client, r listRequest) ([]T, error) {
	var all [][]T

	err := readPages(ctx, c, r, func(rows []T) (done bool) {
		all = append(all, rows)
		return r.limit > 0 && len(unique(all)) >= r.limit
	})
	if err != nil {
		return nil, err
	}

	return unique(all), nil
}

// readPages calls visit with the rows of each page, until it reports that it is done. Rows that cannot be decoded are
// left out, unless no other has been read at the end.
func readPages[T row](ctx context.Context, c *Client, r listRequest, visit func(rows []T) (done bool)) error {
	query := url.Values{}
	maps.Copy(query, r.query)

	if r.pageSize <= 0 || r.pageSize > MaxPageSize {
		r.pageSize = MaxPageSize
	}

	query.Set("pageSize", strconv.Itoa(r.pageSize))

	var (
		walk    pageWalk
		skipped error
	)

	for {
		var p page[T]
		if err := c.do(ctx, request{method: http.MethodGet, path: r.path, query: query}, &p); err != nil {
			return err
		}

		if p.err != nil {
			skipped = p.err
			c.log(ctx, "Fireworks API list has rows that cannot be decoded",
				map[string]any{"path": r.path, "rows": p.skipped})
		}

		if progress, ok := ctx.Value(progressKey{}).(func()); ok {
			progress()
		}

		switch {
		case visit(p.rows):
			return nil
		case p.token == "" && skipped != nil && walk.rows+len(p.rows) == 0:
			reason := c.redact.text("no row of the list can be decoded: " + skipped.Error())
			return &DecodeError{Method: http.MethodGet, Path: r.path, Reason: reason}
		case p.token == "":
			return nil
		}

		if reason := walk.advance(len(p.rows), p.token); reason != "" {
			return &DecodeError{Method: http.MethodGet, Path: r.path, Reason: reason}
		}

		query.Set("pageToken", p.token)
	}
}

// pageWalk enforces the bounds of a listing.
type pageWalk struct {
	tokens           map[string]bool
	rows, emptyPages int
}

// advance records a page and the token of the next one. It returns the reason why the next page must not be read, if
// any.
func (w *pageWalk) advance(rows int, token string) string {
	w.rows += rows

	w.emptyPages++
	if rows > 0 {
		w.emptyPages = 0
	}

	switch {
	case w.tokens[token]:
		return fmt.Sprintf("the API repeats a page token after %d pages, so the list would never end", len(w.tokens)+1)
	case w.emptyPages >= maxEmptyPages:
		return fmt.Sprintf("the API sent %d consecutive pages without rows, so the list would never end", w.emptyPages)
	case w.rows > MaxRows:
		return fmt.Sprintf("the list has more than %d rows, the maximum", MaxRows)
	case len(w.tokens)+1 >= MaxPages:
		return fmt.Sprintf("the list has more than %d pages, the maximum; use larger pages", MaxPages)
	}

	if w.tokens == nil {
		w.tokens = map[string]bool{}
	}

	w.tokens[token] = true

	return ""
}

// unique joins the pages, without rows that have no name. A resource that is created between two requests shifts the
// rows, so that one comes twice: the last one is kept.
func unique[T row](pages [][]T) []T {
	count := 0
	for _, rows := range pages {
		count += len(rows)
	}

	all := make([]T, 0, count)
	position := make(map[string]int, count)

	for _, rows := range pages {
		for _, row := range rows {
			if row.resourceName() == "" {
				continue
			}

			if i, ok := position[row.resourceName()]; ok {
				all[i] = row
				continue
			}

			position[row.resourceName()] = len(all)
			all = append(all, row)
		}
	}

	return all
}
