// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
)

var deploymentNamePattern = regexp.MustCompile(`^accounts/[^/]+/deployments/[^/]+$`)

// mutableRouterFields are the fields that an update can change, by their names in an update mask.
var mutableRouterFields = []string{"deployments", "display_name", "even_load", "public", "weighted_random"}

// routerInput is the body of a request that creates or updates a router.
type routerInput struct {
	Name           string    `json:"name"`
	DisplayName    string    `json:"displayName"`
	Deployments    []string  `json:"deployments"`
	WeightedRandom *struct{} `json:"weightedRandom"`
	EvenLoad       *struct{} `json:"evenLoad"`
	Model          string    `json:"model"`
	Public         bool      `json:"public"`
}

// decodeRouter reads a body, in which null means absence.
func decodeRouter(body []byte) (*routerInput, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil || fields == nil {
		return nil, invalid("the request body is not a JSON object")
	}

	for name, value := range fields {
		if string(value) == "null" {
			delete(fields, name)
		}
	}

	present, err := json.Marshal(fields)
	if err != nil {
		return nil, err
	}

	in := new(routerInput)
	if err := decodeStrict(present, in); err != nil {
		return nil, invalid("%v", err)
	}

	if in.WeightedRandom != nil && in.EvenLoad != nil {
		return nil, invalid("at most one of weighted_random and even_load must be set")
	}

	metadata := modelUpdate{DisplayName: in.DisplayName}

	return in, metadata.validate()
}

func (s *Server) createRouter(c *call) (any, error) {
	defer s.lock()()

	account := c.params[0]
	if err := s.requireAccess(account); err != nil {
		return nil, err
	}

	in, err := decodeRouter(c.body)
	if err != nil {
		return nil, err
	}

	id := cmp.Or(c.query.Get("routerId"), s.chooseID())
	name := "accounts/" + account + routersSegment + id

	switch {
	case in.Name != "":
		return nil, invalid("name: is set by the server; pass the ID as routerId")
	case !deploymentIDPattern.MatchString(id):
		return nil, invalid("routerId: %q must be 1 to 63 characters of a-z, 0-9 and -, not - at its ends", id)
	case in.Model != "" && !modelNamePattern.MatchString(in.Model):
		return nil, invalid("model: %q is not of the form accounts/{account}/models/{model}", in.Model)
	case s.findRouter(name) != nil:
		return nil, alreadyExists("router ID already exists")
	}

	record := &routerRecord{router: Router{
		Name: name, CreateTime: formatTime(s.now()), CreatedBy: "demo@example.com", Status: &Status{Code: statusOK},
		Model: in.Model,
	}}

	if err := s.applyRouter(record, in, newFieldSet(mutableRouterFields)); err != nil {
		return nil, err
	}

	s.startRouterChange(record, stateCreating)
	s.routing.routers[name] = record
	s.routing.created[name]++

	return record.router.clone(), nil
}

// applyRouter sets the fields of a router. Those that are among the fields and not in the body are reset.
func (s *Server) applyRouter(record *routerRecord, in *routerInput, fields fieldSet) error {
	r := record.router.clone()
	if fields["deployments"] {
		if err := s.checkMembers(in.Deployments, r.Deployments); err != nil {
			return err
		}
	}

	s.ignoreFields(fields)

	if fields["deployments"] {
		r.Deployments = slices.Clone(in.Deployments)
	}

	if fields["display_name"] {
		r.DisplayName = in.DisplayName
	}

	if fields["public"] {
		r.Public = in.Public
	}

	// Setting one strategy clears the other; clearing the one that is set leaves the default.
	switch {
	case fields["even_load"] && in.EvenLoad != nil:
		r.setStrategy(true)
	case fields["weighted_random"] && in.WeightedRandom != nil, fields["even_load"]:
		r.setStrategy(false)
	case r.WeightedRandom == nil && r.EvenLoad == nil:
		r.setStrategy(false)
	}

	record.router = r

	return nil
}

// checkMembers checks the deployments of a router; those that it has already may have been deleted since.
func (s *Server) checkMembers(names, present []string) error {
	if len(names) == 0 {
		return invalid("deployments: at least one is required")
	}

	for _, name := range names {
		switch {
		case !deploymentNamePattern.MatchString(name):
			return invalid("deployments: %q is not of the form accounts/{account}/deployments/{deployment}", name)
		case !slices.Contains(present, name) && !s.deploymentExists(name):
			return notFound("deployments: deployment %q not found", name)
		}
	}

	return nil
}

// calledRouter returns the router in the path of a call.
func (s *Server) calledRouter(c *call) (*routerRecord, error) {
	if err := s.requireAccess(c.params[0]); err != nil {
		return nil, err
	}

	record := s.findRouter("accounts/" + c.params[0] + routersSegment + c.params[1])
	if record == nil {
		return nil, notFound("router not found")
	}

	return record, nil
}

func (s *Server) getRouter(c *call) (any, error) {
	defer s.lock()()

	record, err := s.calledRouter(c)
	if err != nil {
		return nil, err
	}

	return record.router.clone(), nil
}

func (s *Server) updateRouter(c *call) (any, error) {
	defer s.lock()()

	record, err := s.calledRouter(c)
	if err != nil {
		return nil, err
	}

	switch r := record.router; {
	case r.AutoGenerated:
		return nil, failedPrecondition(nil, "router %q is auto-generated and cannot be changed", r.Name)
	case r.State == stateDeleting:
		return nil, failedPrecondition(nil, "router %q is in state %s and cannot be changed", r.Name, r.State)
	}

	in, err := decodeRouter(c.body)
	if err != nil {
		return nil, err
	}

	if in.Name == "" {
		return nil, invalid("router.name: is required")
	}

	fields, err := parseMask(c.query.Get("updateMask"), mutableRouterFields)
	if err != nil {
		return nil, err
	}

	if err := s.applyRouter(record, in, fields); err != nil {
		return nil, err
	}

	s.startRouterChange(record, stateUpdating)

	return record.router.clone(), nil
}

func (s *Server) deleteRouter(c *call) (any, error) {
	defer s.lock()()

	record, err := s.calledRouter(c)
	if err != nil {
		return nil, err
	}

	if record.router.AutoGenerated {
		return nil, failedPrecondition(nil, "router %q is auto-generated and cannot be deleted", record.router.Name)
	}

	if record.router.State != stateDeleting {
		s.startRouterChange(record, stateDeleting)
	}

	return struct{}{}, nil
}

func (s *Server) listRouters(c *call) (any, error) {
	defer s.lock()()

	if err := s.requireAccess(c.params[0]); err != nil {
		return nil, err
	}

	all := s.allRouters(c.params[0])

	page, next, err := namedPage(c, all, func(r Router) string { return r.CreateTime })
	if err != nil {
		return nil, err
	}

	return struct {
		Routers       []Router `json:"routers,omitempty"`
		NextPageToken string   `json:"nextPageToken,omitempty"`
		TotalSize     int      `json:"totalSize,omitempty"`
	}{page, next, len(all)}, nil
}

// namedPage returns a page of rows that are in the order of their names, of a collection without documented filters.
func namedPage[T any](c *call, rows []T, createTime func(T) string) (page []T, next string, err error) {
	if _, err := parseFilter(c.query.Get("filter"), nil); err != nil {
		return nil, "", err
	}

	if err := orderRows(c, rows, createTime); err != nil {
		return nil, "", err
	}

	return paginate(c, rows)
}
