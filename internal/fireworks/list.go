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
	"slices"
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

// page is a page of any listing.
type page[T any] struct {
	pageFields[T]

	// skipped is the number of rows that cannot be decoded, and err the reason for the first.
	skipped int
	err     error
}

// pageFields are the fields of a page. The rows are in the field that has the name of the collection; all others are
// missing.
type pageFields[T any] struct {
	Token      string `json:"nextPageToken"`
	TokenSnake string `json:"next_page_token"`

	Accounts                   []T `json:"accounts"`
	Checkpoints                []T `json:"checkpoints"`
	JobCheckpoints             []T `json:"rlorTrainerJobCheckpoints"`
	SessionCheckpoints         []T `json:"trainingSessionCheckpoints"`
	SessionCheckpointsSnake    []T `json:"training_session_checkpoints"`
	DeployedModels             []T `json:"deployedModels"`
	Deployments                []T `json:"deployments"`
	DeploymentShapeVersions    []T `json:"deploymentShapeVersions"`
	Models                     []T `json:"models"`
	Quotas                     []T `json:"quotas"`
	TrainingShapeVersions      []T `json:"trainingShapeVersions"`
	TrainingShapeVersionsSnake []T `json:"training_shape_versions"`
	Routers                    []T `json:"routers"`
	SupervisedJobs             []T `json:"supervisedFineTuningJobs"`
	DPOJobs                    []T `json:"dpoJobs"`
	ReinforcementJobs          []T `json:"reinforcementFineTuningJobs"`
}

func (p *pageFields[T]) rows() []T {
	return slices.Concat(
		p.Accounts, p.Checkpoints, p.JobCheckpoints, p.SessionCheckpoints, p.SessionCheckpointsSnake, p.DeployedModels,
		p.Deployments, p.DeploymentShapeVersions, p.Models, p.Quotas, p.TrainingShapeVersions,
		p.TrainingShapeVersionsSnake,
		p.Routers, p.SupervisedJobs, p.DPOJobs, p.ReinforcementJobs,
	)
}

// anyRow is a row of a page that is decoded partially.
type anyRow[T any] struct {
	value T
	err   error
}

// UnmarshalJSON never fails: the error is kept.
func (r *anyRow[T]) UnmarshalJSON(data []byte) error {
	r.err = json.Unmarshal(data, &r.value)
	return nil
}

// decodePartially decodes a page that has rows which cannot be decoded, without them.
func (p *page[T]) decodePartially(body []byte) error {
	var partial pageFields[anyRow[T]]
	if err := json.Unmarshal(body, &partial); err != nil {
		return err
	}

	*p = page[T]{}
	p.Token = cmp.Or(partial.Token, partial.TokenSnake)

	for _, row := range partial.rows() {
		if row.err == nil {
			// Of the fields of a page only one has rows, and it does not matter which.
			p.Models = append(p.Models, row.value)
			continue
		}

		p.skipped++
		p.err = cmp.Or(p.err, row.err)
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

		rows, token := p.rows(), cmp.Or(p.Token, p.TokenSnake)

		if progress, ok := ctx.Value(progressKey{}).(func()); ok {
			progress()
		}

		switch {
		case visit(rows):
			return nil
		case token == "" && skipped != nil && walk.rows+len(rows) == 0:
			reason := c.redact.text("no row of the list can be decoded: " + skipped.Error())
			return &DecodeError{Method: http.MethodGet, Path: r.path, Reason: reason}
		case token == "":
			return nil
		}

		if reason := walk.advance(len(rows), token); reason != "" {
			return &DecodeError{Method: http.MethodGet, Path: r.path, Reason: reason}
		}

		query.Set("pageToken", token)
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
