// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"maps"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	customTagPrefix = "custom/"
	maxTags         = 64
	maxTagValue     = 128
)

var tagKeyPattern = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9_./-]{0,119}[A-Za-z0-9])?$`)

func (s *Server) setDeploymentTags(c *call) (any, error) {
	var in struct {
		Tags map[string]string `json:"tags"`
	}

	return s.changeTags(c, &in, func(tags map[string]string) error {
		if err := checkTags(in.Tags); err != nil {
			return err
		}

		maps.Copy(tags, in.Tags)

		if len(tags) > maxTags {
			return invalid("tags: a deployment has at most %d", maxTags)
		}

		return nil
	})
}

func (s *Server) deleteDeploymentTags(c *call) (any, error) {
	var in struct {
		Keys []string `json:"keys"`
	}

	return s.changeTags(c, &in, func(tags map[string]string) error {
		for _, key := range in.Keys {
			if err := checkTagKey(key); err != nil {
				return err
			}

			delete(tags, key)
		}

		return nil
	})
}

// changeTags reads a body and changes a copy of the tags of a deployment, so that an error changes nothing.
func (s *Server) changeTags(c *call, in any, change func(tags map[string]string) error) (any, error) {
	defer s.lock()()

	record, err := s.findLiveDeployment(c)
	if err != nil {
		return nil, err
	}

	if err := decodeRequest(c.body, in); err != nil {
		return nil, err
	}

	tags := maps.Clone(record.deployment.Annotations)
	if tags == nil {
		tags = map[string]string{}
	}

	if err := change(tags); err != nil {
		return nil, err
	}

	record.deployment.Annotations = tags
	record.touch(s.now())

	return record.deployment.clone(), nil
}

func checkTags(tags map[string]string) error {
	if len(tags) > maxTags {
		return invalid("a deployment has at most %d tags", maxTags)
	}

	for _, key := range sortedKeys(tags) {
		if err := checkTagKey(key); err != nil {
			return err
		}

		value := tags[key]
		if n := utf8.RuneCountInString(value); n == 0 || n > maxTagValue || strings.TrimSpace(value) != value ||
			strings.ContainsFunc(value, unicode.IsControl) {
			return invalid("the value of tag %q must have 1 to %d characters, no space around it and no control "+
				"characters", key, maxTagValue)
		}
	}

	return nil
}

func checkTagKey(key string) error {
	own, ok := strings.CutPrefix(key, customTagPrefix)
	if !ok {
		return denied("tag %q is reserved: only keys that start with %s can be changed", key, customTagPrefix)
	}

	if !tagKeyPattern.MatchString(own) {
		return invalid("tag %q: what follows %s must be 1 to 121 letters, digits and -_./, the first and last "+
			"alphanumeric", key, customTagPrefix)
	}

	return nil
}
