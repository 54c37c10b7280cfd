// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	displayNameLimit = 64
	descriptionLimit = 1000
)

// modelUpdate is the body of a PATCH. Immutable fields are ignored.
type modelUpdate struct {
	DisplayName string `json:"displayName"`
	Description string `json:"description"`
	Public      bool   `json:"public"`
}

var modelUpdateFields = []string{
	"name", "displayName", "description", "public", "createTime", "updateTime", "state", "status", "kind",
	"contextLength",
	"supportsLora", "peftDetails", "baseModelDetails", "deployedModelRefs",
}

func (s *Server) updateModel(c *call) (any, error) {
	defer s.lock()()

	record, err := s.findWritableModel(c)
	if err != nil {
		return nil, err
	}

	var update modelUpdate
	if err := decodeBody(c.body, &update, modelUpdateFields); err != nil {
		return nil, err
	}

	paths, err := maskPaths(c.query.Get("updateMask"))
	if err != nil {
		return nil, err
	}

	if err := update.validate(); err != nil {
		return nil, err
	}

	for _, path := range paths {
		switch path {
		case "display_name":
			record.model.DisplayName = update.DisplayName
		case "description":
			record.model.Description = update.Description
		case "public":
			record.model.Public = update.Public
		}
	}

	record.touch(s.now())

	return record.model, nil
}

func (m modelUpdate) validate() error {
	if n := utf8.RuneCountInString(m.DisplayName); n >= displayNameLimit {
		return invalid("display_name has %d characters; it must have fewer than %d", n, displayNameLimit)
	}

	if n := utf8.RuneCountInString(m.Description); n >= descriptionLimit {
		return invalid("description has %d characters; it must have fewer than %d", n, descriptionLimit)
	}

	return nil
}

// maskPaths returns the fields to update, in snake_case. Without a mask, these are all mutable fields.
func maskPaths(mask string) ([]string, error) {
	every := []string{"display_name", "description", "public"}
	if mask == "" || mask == "*" {
		return every, nil
	}

	var paths []string

	for path := range strings.SplitSeq(mask, ",") {
		path = strings.TrimSpace(path)
		if path == "displayName" {
			path = "display_name"
		}

		if !slices.Contains(every, path) {
			return nil, invalid("updateMask: %q is not a field that can be changed", path)
		}

		paths = append(paths, path)
	}

	return paths, nil
}
