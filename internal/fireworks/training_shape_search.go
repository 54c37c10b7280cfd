// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// TrainingShapeQuery says what a training shape must be able to do.
type TrainingShapeQuery struct {
	// BaseModel is the model to be trained.
	BaseModel   ModelName
	TrainerMode string
	// MinContextLength is in tokens; 0 accepts all.
	MinContextLength int64
	// PublicOnly excludes shapes that are not public.
	PublicOnly bool
}

// NoTrainingShapeError means that no validated version of a training shape fits a query.
type NoTrainingShapeError struct {
	Query TrainingShapeQuery
	// Filters are the filters of the searches, in order.
	Filters []string
	// ContextLengths are those of the versions that fit except for their context length, in ascending order.
	ContextLengths []int64
	// err is why there was no search by the type and size of the base model.
	err error
}

func (e *NoTrainingShapeError) Error() string {
	text := fmt.Sprintf("no validated training shape fits the base model %s in the trainer mode %s", e.Query.BaseModel,
		e.Query.TrainerMode)
	if e.Query.MinContextLength > 0 {
		text += fmt.Sprintf(" with a context length of at least %d tokens", e.Query.MinContextLength)
	}

	if e.err != nil {
		text += "; the base model could not be read: " + e.err.Error()
	}

	return text
}

// Unwrap returns the error of reading the base model, nil when there was none.
func (e *NoTrainingShapeError) Unwrap() error { return e.err }

// trainingShapeSearch is one search for a query.
type trainingShapeSearch struct {
	filter  string
	matches func(TrainingShapeProfile) bool
}

// FindTrainingShapes returns the latest validated versions of the training shapes that fit, best first. They are
// searched by the base model, and if none fits, by its type and size. If a context length is required, the smallest one
// that suffices comes first, else the newest version. If no version fits, the error is a *NoTrainingShapeError.
func (c *Client) FindTrainingShapes(ctx context.Context, query TrainingShapeQuery) ([]TrainingShapeProfile, error) {
	none := &NoTrainingShapeError{Query: query}

	found, err := c.searchTrainingShapes(ctx, query.searchByModel(), none)
	if err != nil || len(found) > 0 {
		return found, err
	}

	model, err := c.GetModel(ctx, query.BaseModel)

	switch {
	// A key may train a model that it must not read.
	case IsNotFound(err), StatusOf(err) == http.StatusForbidden:
		none.err = err
		return nil, none
	case err != nil:
		return nil, err
	}

	if search, ok := query.searchByType(model.BaseModelDetails); ok {
		found, err = c.searchTrainingShapes(ctx, search, none)
		if err != nil || len(found) > 0 {
			return found, err
		}
	}

	return nil, none
}

// searchTrainingShapes returns what a search finds and records in none what it did and what nearly fitted.
func (c *Client) searchTrainingShapes(
	ctx context.Context, search trainingShapeSearch, none *NoTrainingShapeError,
) ([]TrainingShapeProfile, error) {
	list := listRequest{
		path:  resourcePath("accounts", "-", "trainingShapes", "-", "versions"),
		query: url.Values{"filter": {search.filter}, "orderBy": {"create_time desc"}},
	}

	profiles, err := listAll[TrainingShapeProfile](ctx, c, list)
	if err == nil {
		profiles, err = finishVersions(c, request{method: http.MethodGet, path: list.path}, profiles)
	}

	if err != nil {
		return nil, err
	}

	var found []TrainingShapeProfile

	none.Filters = append(none.Filters, search.filter)

	for _, profile := range profiles {
		switch length := int64(profile.MaxSupportedContextLength); {
		case !none.Query.accepts(profile) || !search.matches(profile):
		case length < none.Query.MinContextLength:
			none.ContextLengths = append(none.ContextLengths, length)
		default:
			found = append(found, profile)
		}
	}

	slices.Sort(none.ContextLengths)
	none.ContextLengths = slices.Compact(none.ContextLengths)
	slices.SortFunc(found, none.Query.compare)

	return found, nil
}

func (q TrainingShapeQuery) searchByModel() trainingShapeSearch {
	name := q.BaseModel.String()

	return trainingShapeSearch{
		filter:  "snapshot.base_model=" + filterString(name) + q.commonFilter(),
		matches: func(p TrainingShapeProfile) bool { return p.BaseModel == name },
	}
}

const (
	// smallModel is the parameter count from which on models are compared less exactly.
	smallModel      = 10_000_000_000
	smallSizeBucket = 1_000_000_000
	largeSizeBucket = 10_000_000_000
)

// searchByType searches for shapes of models of the same type and about the same size. It fails when the model has
// neither.
func (q TrainingShapeQuery) searchByType(details *BaseModelDetails) (trainingShapeSearch, bool) {
	if details == nil || details.ModelType == "" || details.ParameterCount <= 0 {
		return trainingShapeSearch{}, false
	}

	bucket := Int64(largeSizeBucket)
	if details.ParameterCount < smallModel {
		bucket = smallSizeBucket
	}

	least := details.ParameterCount / bucket * bucket
	most := least + bucket

	return trainingShapeSearch{
		filter: fmt.Sprintf("snapshot.model_type=%s AND snapshot.parameter_count>=%d AND snapshot.parameter_count<=%d%s",
			filterString(details.ModelType), least, most, q.commonFilter()),
		matches: func(p TrainingShapeProfile) bool {
			return p.ModelType == details.ModelType && p.ParameterCount >= least && p.ParameterCount <= most
		},
	}, true
}

func (q TrainingShapeQuery) commonFilter() string {
	filter := " AND snapshot.trainer_mode=" + filterString(q.TrainerMode) + " AND latest_validated=true"
	if q.PublicOnly {
		filter += " AND public=true"
	}

	return filter
}

// accepts repeats the filter that both searches share, because a server may ignore it.
func (q TrainingShapeQuery) accepts(p TrainingShapeProfile) bool {
	return p.LatestValidated && string(p.TrainerMode) == q.TrainerMode && (p.Public || !q.PublicOnly)
}

// compare orders versions by how well they fit: the smallest sufficient context length, then the newest, then the name.
func (q TrainingShapeQuery) compare(a, b TrainingShapeProfile) int {
	length := 0
	if q.MinContextLength > 0 {
		length = cmp.Compare(a.MaxSupportedContextLength, b.MaxSupportedContextLength)
	}

	return cmp.Or(length, b.CreateTime.time.Compare(a.CreateTime.time),
		strings.Compare(a.Name, b.Name))
}

// filterString quotes a value for an AIP-160 filter.
func filterString(value string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}
