// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"errors"
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

func (v *ShapeVersion) version() *ShapeVersion { return v }

// splitName sets what follows from the name of a decoded version; an invalid name leaves VersionID empty.
func (v *ShapeVersion) splitName(pattern namePattern) {
	if _, ids, err := parseName(v.Name, pattern); err == nil {
		v.VersionID = ids[2]
		v.Shape = strings.TrimSuffix(v.Name, "/versions/"+v.VersionID)
	}
}

// shapeVersion is a pointer to a decoded version of a shape.
type shapeVersion[T any] interface {
	resource[T]
	version() *ShapeVersion
}

// finishVersions finishes the versions in a response to a request. It leaves out those without a valid name, and fails
// if no other is left.
func finishVersions[T any, P shapeVersion[T]](c *Client, r request, versions []T) ([]T, error) {
	finished := []T{}

	for _, version := range versions {
		P(&version).finish(c.redact)

		if P(&version).version().VersionID != "" {
			finished = append(finished, version)
		}
	}

	if len(finished) == 0 && len(versions) > 0 {
		return nil, &DecodeError{Method: r.method, Path: r.path,
			Reason: "the response is not a " + P(&versions[0]).kind() + ": its name is missing or invalid"}
	}

	return finished, nil
}

// resolveVersion returns the version with the given ID among the versions at path, or without an ID the latest
// validated one. If no version is validated, the error is ErrNoValidatedVersion.
func resolveVersion[T row, P shapeVersion[T]](ctx context.Context, c *Client, path, versionID string) (T, error) {
	var (
		none     T
		versions []T
		err      error
	)

	get := request{method: http.MethodGet, path: path}

	if versionID == "" {
		versions, err = latestValidated[T, P](ctx, c, path)
	} else {
		get.path += "/" + url.PathEscape(versionID)
		versions = make([]T, 1)
		err = c.do(ctx, get, &versions[0])
	}

	if err == nil && len(versions) == 0 {
		err = ErrNoValidatedVersion
	}

	if err != nil {
		return none, err
	}

	versions, err = finishVersions[T, P](c, get, versions)
	if err != nil {
		return none, err
	}

	return versions[0], nil
}

// latestValidated returns the first version at path that is the latest validated one, or none. It reads on until there
// is one, because a server may ignore the filter.
func latestValidated[T row, P shapeVersion[T]](ctx context.Context, c *Client, path string) (found []T, err error) {
	list := listRequest{path: path, query: url.Values{"filter": {"latest_validated=true"}}}
	err = readPages(ctx, c, list, func(rows []T) (done bool) {
		i := slices.IndexFunc(rows, func(row T) bool { return P(&row).version().LatestValidated })
		if i >= 0 {
			found = rows[i : i+1]
		}

		return i >= 0
	})

	return found, err
}
