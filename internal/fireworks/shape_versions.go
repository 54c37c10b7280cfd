// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// ErrNoValidatedVersion means that no version of a training shape or deployment shape is validated.
var ErrNoValidatedVersion = errors.New("no version of the shape is validated")

// ShapeVersion is what versions of training shapes and of deployment shapes have in common.
type ShapeVersion struct {
	// Name is the full name of the version, Shape the same without the version, VersionID its last part.
	Name            string    `json:"name"`
	Shape           string    `json:"-"`
	VersionID       string    `json:"-"`
	CreateTime      Timestamp `json:"createTime"`
	Validated       bool      `json:"validated"`
	LatestValidated bool      `json:"latestValidated"`
	Public          bool      `json:"public"`
}

func (v ShapeVersion) resourceName() string { return v.Name }

// splitName sets what follows from the name of a decoded version; kind names the type of the version in the error.
func (v *ShapeVersion) splitName(pattern namePattern, kind string) error {
	_, ids, err := parseName(v.Name, pattern)
	if err != nil {
		return fmt.Errorf("the response is not a %s: its name is missing or invalid", kind)
	}

	v.VersionID = ids[2]
	v.Shape = strings.TrimSuffix(v.Name, "/versions/"+v.VersionID)

	return nil
}

// shapeVersion is a pointer to a decoded version of a shape.
type shapeVersion[T any] interface {
	*T
	// finish is called after decoding. It fails if the version has no valid name.
	finish() error
}

// finishVersions finishes the versions in a response to the request with the given method and path. It leaves out those
// without a valid name, and fails if no other is left.
func finishVersions[T any, P shapeVersion[T]](method, path string, versions []T) ([]T, error) {
	finished := []T{}

	var invalid error

	for i := range versions {
		if err := P(&versions[i]).finish(); err != nil {
			invalid = err
			continue
		}

		finished = append(finished, versions[i])
	}

	if len(finished) == 0 && invalid != nil {
		return nil, &DecodeError{Method: method, Path: path, Reason: invalid.Error()}
	}

	return finished, nil
}

// resolveVersion returns the version with the given ID among the versions at path, or without an ID the latest
// validated one. If no version is validated, the error is ErrNoValidatedVersion.
func resolveVersion[T versionRow, P shapeVersion[T]](ctx context.Context, c *Client, path, versionID string) (T,
	error) {
	var (
		versions []T
		err      error
	)

	if versionID == "" {
		versions, err = latestValidated[T](ctx, c, path)
	} else {
		path += "/" + url.PathEscape(versionID)
		versions = make([]T, 1)
		err = c.do(ctx, request{method: http.MethodGet, path: path}, &versions[0])
	}

	if err == nil && len(versions) == 0 {
		err = ErrNoValidatedVersion
	}

	if err == nil {
		versions, err = finishVersions[T, P](http.MethodGet, path, versions)
	}

	if err != nil {
		var none T
		return none, err
	}

	return versions[0], nil
}

// versionRow is a version of a shape in a list.
type versionRow interface {
	row
	isLatestValidated() bool
}

func (v ShapeVersion) isLatestValidated() bool { return v.LatestValidated }

// latestValidated returns the first version at path that is the latest validated one, or none. It reads on until there
// is one, because a server may ignore the filter.
func latestValidated[T versionRow](ctx context.Context, c *Client, path string) (found []T, err error) {
	list := listRequest{path: path, query: url.Values{"filter": {"latest_validated=true"}}}
	err = readPages(ctx, c, list, func(rows []T) (done bool) {
		if i := slices.IndexFunc(rows, T.isLatestValidated); i >= 0 {
			found = rows[i : i+1]
		}

		return len(found) > 0
	})

	return found, err
}
