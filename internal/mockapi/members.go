// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"encoding/json"
	"reflect"
	"strings"
)

const policyField = "autoscalingPolicy"

// AddMembers adds members to the JSON of a deployment, a model, a deployed model, a checkpoint or another object, given
// by its full name: in every response with it, also in lists, and inside of its objects. They are members that the
// server does not model, or other values of those that it does, such as an enum as a number; null takes back an added
// member. They are kept until the object is deleted. An update of autoscaling_policy replaces those of that object by
// the ones in its body.
func (s *Server) AddMembers(name string, members map[string]any) {
	defer s.lock()()

	s.addMembers(name, members)
}

func (s *Server) addMembers(name string, members map[string]any) {
	merged, _ := mergePatch(s.members[name], members).(map[string]any)
	if s.members[name] = merged; len(merged) == 0 {
		delete(s.members, name)
	}
}

// setPolicyMembers replaces the members of a deployment's autoscaling policy that the server does not model.
func (s *Server) setPolicyMembers(name string, members map[string]any) {
	s.addMembers(name, map[string]any{policyField: nil})

	if len(members) > 0 {
		s.addMembers(name, map[string]any{policyField: members})
	}
}

// takePolicyMembers removes the members that the server does not model from a policy in a request, and returns them.
// They are those that AddMembers has added: any other unknown member is an error of the request.
func (s *Server) takePolicyMembers(name string, fields map[string]json.RawMessage) (map[string]any, error) {
	var policy map[string]json.RawMessage
	if json.Unmarshal(fields[policyField], &policy) != nil || policy == nil {
		return nil, nil //nolint:nilerr // there is none, or the decoder will refuse it
	}

	held, _ := s.members[name][policyField].(map[string]any)
	taken := map[string]any{}

	for _, member := range sortedKeys(held) {
		if text, ok := policy[member]; ok {
			value, err := decodeNumbers(text)
			if err != nil {
				return nil, err
			}

			taken[member] = value

			delete(policy, member)
		}
	}

	rest, err := json.Marshal(policy)
	fields[policyField] = rest

	return taken, err
}

// wire returns a result with what the server adds to its own types: the fields that are not set, and the added members.
func (s *Server) wire(c *call, result any) any {
	defer s.lock()()

	if result == nil || strings.HasPrefix(c.path, inferencePrefix) || !s.emitUnpopulated && len(s.members) == 0 {
		return result
	}

	if s.emitUnpopulated {
		return s.withMembers(unpopulated("", reflect.ValueOf(result)))
	}

	text, err := json.Marshal(result)
	if err != nil {
		return result
	}

	value, err := decodeNumbers(text)
	if err != nil {
		return result
	}

	return s.withMembers(value)
}

// withMembers adds the members of AddMembers to every object with one of their names.
func (s *Server) withMembers(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for field := range v {
			v[field] = s.withMembers(v[field])
		}

		name, _ := v["name"].(string)
		if members, ok := s.members[name]; ok {
			return mergePatch(v, members)
		}
	case []any:
		for i := range v {
			v[i] = s.withMembers(v[i])
		}
	}

	return value
}
