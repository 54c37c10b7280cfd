// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"slices"
	"strings"
)

// shape is a training shape or a deployment shape. Only its versions can be read.
type shape struct {
	name     string
	versions []shapeVersion // oldest first
}

// shapeVersion is a version of a shape, as on the wire.
type shapeVersion struct {
	Name            string `json:"name"`
	CreateTime      string `json:"createTime,omitempty"`
	UpdateTime      string `json:"updateTime,omitempty"`
	Validated       bool   `json:"validated,omitempty"`
	LatestValidated bool   `json:"latestValidated,omitempty"`
	Public          bool   `json:"public,omitempty"`
	Snapshot        any    `json:"snapshot,omitempty"`

	filterFields map[string]string
}

var versionFilterFields = []string{
	"name", "validated", "latest_validated", "public", "snapshot.base_model", "snapshot.model_type",
	"snapshot.trainer_mode",
	"snapshot.accelerator_type", "snapshot.parameter_count", "create_time", "update_time",
}

// The collections of shapes.
const (
	trainingShapes   = "trainingShapes"
	deploymentShapes = "deploymentShapes"
)

func getShapeVersion(collection string) handler {
	return func(s *Server, c *call) (any, error) {
		defer s.lock()()

		found, err := s.findShape("accounts/" + c.params[0] + "/" + collection + "/" + c.params[1])
		if err != nil {
			return nil, err
		}

		name := found.name + "/versions/" + c.params[2]

		i := slices.IndexFunc(found.versions, func(v shapeVersion) bool { return v.Name == name })
		if i < 0 {
			return nil, notFound("version %q not found", name)
		}

		return found.versions[i], nil
	}
}

// trainingShapeList is a page of versions of training shapes, as on the wire.
type trainingShapeList struct {
	TrainingShapeVersions []shapeVersion `json:"trainingShapeVersions,omitempty"`
	NextPageToken         string         `json:"nextPageToken,omitempty"`
	TotalSize             int            `json:"totalSize,omitempty"`
}

// deploymentShapeList is a page of versions of deployment shapes, as on the wire.
type deploymentShapeList struct {
	DeploymentShapeVersions []shapeVersion `json:"deploymentShapeVersions,omitempty"`
	NextPageToken           string         `json:"nextPageToken,omitempty"`
	TotalSize               int            `json:"totalSize,omitempty"`
}

func listShapeVersions(collection string) handler {
	return func(s *Server, c *call) (any, error) {
		page, next, total, err := s.shapeVersionPage(c, collection)
		if err != nil {
			return nil, err
		}

		if collection == trainingShapes {
			return trainingShapeList{page, next, total}, nil
		}

		return deploymentShapeList{page, next, total}, nil
	}
}

func (s *Server) findShape(name string) (*shape, error) {
	found, ok := s.shapes[name]
	switch {
	case s.forbidden[name]:
		return nil, denied("the key may not read %q", name)
	case !ok:
		return nil, notFound("%q not found", name)
	}

	return found, nil
}

// shapeVersionPage lists the versions of one shape, or of every shape when - stands for the account, the shape, or
// both.
func (s *Server) shapeVersionPage(c *call, collection string) (page []shapeVersion, next string, total int, err error) {
	defer s.lock()()

	keep, err := parseFilter(c.query.Get("filter"), versionFilterFields)
	if err != nil {
		return nil, "", 0, err
	}

	shapes, err := s.matchingShapes(c.params[0], collection, c.params[1])
	if err != nil {
		return nil, "", 0, err
	}

	var all []shapeVersion

	for _, sh := range shapes {
		for _, v := range sh.versions {
			if keep(v.filterFields) {
				all = append(all, v)
			}
		}
	}

	slices.SortFunc(all, func(a, b shapeVersion) int { return strings.Compare(a.Name, b.Name) })

	if err := orderRows(c, all, func(v shapeVersion) string { return v.CreateTime }); err != nil {
		return nil, "", 0, err
	}

	page, next, err = paginate(c, all)

	return page, next, len(all), err
}

func (s *Server) matchingShapes(account, collection, id string) ([]*shape, error) {
	if account != "-" && id != "-" {
		one, err := s.findShape("accounts/" + account + "/" + collection + "/" + id)
		return []*shape{one}, err
	}

	wild := func(part string) string {
		if part == "-" {
			return "*"
		}

		return part
	}
	pattern := "accounts/" + wild(account) + "/" + collection + "/" + wild(id)

	var found []*shape

	for name, sh := range s.shapes {
		if matchPath(pattern, name) && !s.forbidden[name] {
			found = append(found, sh)
		}
	}

	return found, nil
}
