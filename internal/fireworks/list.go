package fireworks

import (
	"cmp"
	"context"
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
	// MaxPages bounds a listing, so that a server that always sends another page token cannot keep the client busy forever.
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

// page is a page of any listing. The rows are in the field that has the name of the collection; all others are missing.
type page[T any] struct {
	Token      string `json:"nextPageToken"`
	TokenSnake string `json:"next_page_token"`

	Accounts                []T `json:"accounts"`
	Checkpoints             []T `json:"checkpoints"`
	JobCheckpoints          []T `json:"rlorTrainerJobCheckpoints"`
	SessionCheckpoints      []T `json:"trainingSessionCheckpoints"`
	SessionCheckpointsSnake []T `json:"training_session_checkpoints"`
	DeployedModels          []T `json:"deployedModels"`
	Deployments             []T `json:"deployments"`
	DeploymentShapeVersions []T `json:"deploymentShapeVersions"`
	Models                  []T `json:"models"`
	Quotas                  []T `json:"quotas"`
	TrainingShapeVersions   []T `json:"trainingShapeVersions"`
}

func (p *page[T]) rows() []T {
	return slices.Concat(
		p.Accounts, p.Checkpoints, p.JobCheckpoints, p.SessionCheckpoints, p.SessionCheckpointsSnake, p.DeployedModels,
		p.Deployments, p.DeploymentShapeVersions, p.Models, p.Quotas, p.TrainingShapeVersions,
	)
}

// listAll reads the pages of a collection and returns their rows in the order of the server, each resource once.
func listAll[T row](ctx context.Context, c *Client, r listRequest) ([]T, error) {
	query := url.Values{}
	maps.Copy(query, r.query)

	if r.pageSize <= 0 || r.pageSize > MaxPageSize {
		r.pageSize = MaxPageSize
	}

	query.Set("pageSize", strconv.Itoa(r.pageSize))

	var (
		pages [][]T
		walk  pageWalk
	)

	for {
		var p page[T]
		if err := c.do(ctx, request{method: http.MethodGet, path: r.path, query: query}, &p); err != nil {
			return nil, err
		}

		rows, token := p.rows(), cmp.Or(p.Token, p.TokenSnake)
		pages = append(pages, rows)

		if progress, ok := ctx.Value(progressKey{}).(func()); ok {
			progress()
		}

		if token == "" || r.limit > 0 && len(unique(pages)) >= r.limit {
			return unique(pages), nil
		}

		if reason := walk.advance(len(rows), token); reason != "" {
			return nil, &DecodeError{Method: http.MethodGet, Path: r.path, Reason: reason}
		}

		query.Set("pageToken", token)
	}
}

// pageWalk enforces the bounds of a listing.
type pageWalk struct {
	tokens           map[string]bool
	rows, emptyPages int
}

// advance records a page and the token of the next one. It returns the reason why the next page must not be read, if any.
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

// unique joins the pages. A resource that is created between two requests shifts the rows, so that one comes twice: the last one is kept.
func unique[T row](pages [][]T) []T {
	count := 0
	for _, rows := range pages {
		count += len(rows)
	}

	all := make([]T, 0, count)
	position := make(map[string]int, count)

	for _, rows := range pages {
		for _, row := range rows {
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
