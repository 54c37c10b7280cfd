// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
)

var shapeNamePattern = regexp.MustCompile(`^(accounts/[^/]+/deploymentShapes/[^/]+)(?:/versions/([^/]+))?$`)

// resolveShape returns the version that a deployment gets when a shape, a version or "default" is requested; "" is nil.
// The hardware of a shape that does not fit the model has no name: the platform drops such a shape.
func (s *Server) resolveShape(name, baseModel string, skipValidation bool) (*hardware, error) {
	switch name {
	case "":
		return nil, nil //nolint:nilnil // No shape was requested.
	case defaultShape:
		fitting := s.matchShapes(baseModel, false)
		if len(fitting) == 0 {
			return nil, invalid("deployment_shape: there is no validated shape for model %q", baseModel)
		}

		return s.hardwareOf(fitting[0], baseModel), nil
	}

	version, err := s.findShapeVersion(name, skipValidation)
	if err != nil {
		return nil, err
	}

	return s.hardwareOf(version, baseModel), nil
}

func (s *Server) findShapeVersion(name string, skipValidation bool) (shapeVersion, error) {
	parts := shapeNamePattern.FindStringSubmatch(name)
	if parts == nil {
		return shapeVersion{}, invalid(
			"deployment_shape: %q is not of the form accounts/{account}/deploymentShapes/{shape} or "+
				".../versions/{version}", name,
		)
	}

	found, err := s.findShape(parts[1])
	if err != nil {
		return shapeVersion{}, err
	}

	at := slices.IndexFunc(found.versions, func(v shapeVersion) bool {
		if parts[2] == "" {
			return v.LatestValidated
		}

		return v.Name == name
	})

	switch {
	case at < 0 && parts[2] != "":
		return shapeVersion{}, notFound("deployment_shape: version %q not found", name)
	case at < 0 && skipValidation && len(found.versions) > 0:
		return found.versions[len(found.versions)-1], nil
	case at < 0:
		return shapeVersion{}, invalid("deployment_shape: %q has no validated version", name)
	case !found.versions[at].Validated && !skipValidation:
		return shapeVersion{}, invalid("deployment_shape: %q is not validated", name)
	}

	return found.versions[at], nil
}

func (s *Server) hardwareOf(v shapeVersion, baseModel string) *hardware {
	snapshot, _ := v.Snapshot.(deploymentSnapshot)

	h := &hardware{shape: v.Name, snapshot: snapshot}
	if s.serving.dropsShapes || !s.fits(snapshot, s.servedModel(baseModel)) {
		h.shape = ""
	}

	return h
}

// servedModel returns a model, or the base model of an addon.
func (s *Server) servedModel(name string) Model {
	record, ok := s.models[name]
	if !ok {
		return Model{Name: name}
	}

	if details := record.model.PeftDetails; details != nil {
		if base, ok := s.models[details.BaseModel]; ok {
			return base.model
		}

		return Model{Name: details.BaseModel}
	}

	return record.model
}

// fits reports whether a shape can serve a model. A shape or a model without details fits everything.
func (s *Server) fits(snapshot deploymentSnapshot, m Model) bool {
	if snapshot.BaseModel == m.Name || snapshot.ModelType == "" || m.modelType() == "" {
		return true
	}

	return matches(snapshot, m)
}

// matches reports whether a shape is for a model, or for one of the same type and about the same size.
func matches(snapshot deploymentSnapshot, m Model) bool {
	if snapshot.BaseModel == m.Name {
		return true
	}

	return m.BaseModelDetails != nil && snapshot.ModelType != "" &&
		snapshot.ModelType == m.BaseModelDetails.ModelType &&
		parameterBucket(snapshot.ParameterCount) == parameterBucket(m.BaseModelDetails.ParameterCount)
}

// parameterBucket returns the size class of a model: 1e9 parameters wide below 10e9, else 10e9.
func parameterBucket(count int64) int64 {
	const billion = 1_000_000_000
	if count < 10*billion {
		return count / billion
	}

	return 100 + count/(10*billion)
}

// matchShapes returns the latest validated versions of the shapes for a model, best first.
func (s *Server) matchShapes(baseModel string, addons bool) []shapeVersion {
	served := s.servedModel(baseModel)
	liveMerge := !addons && s.models[baseModel] != nil && s.models[baseModel].model.Kind == kindPEFTAddon

	var fitting []shapeVersion

	for _, name := range sortedKeys(s.shapes) {
		for _, v := range s.shapes[name].versions {
			snapshot, ok := v.Snapshot.(deploymentSnapshot)
			if ok && v.LatestValidated && !s.forbidden[name] && matches(snapshot, served) &&
				(!addons || snapshot.EnableAddons) && (!liveMerge || !snapshot.noLiveMerge) {
				fitting = append(fitting, v)
			}
		}
	}

	slices.SortStableFunc(fitting, func(a, b shapeVersion) int {
		return cmp.Compare(mismatch(a, served.Name), mismatch(b, served.Name))
	})

	return fitting
}

func mismatch(v shapeVersion, model string) int {
	if snapshot, ok := v.Snapshot.(deploymentSnapshot); ok && snapshot.BaseModel == model {
		return 0
	}

	return 1
}

// SetShapeMatchUnknown sets whether the server does not know the call that matches shapes, as an older one: it returns
// 404.
func (s *Server) SetShapeMatchUnknown(unknown bool) {
	defer s.lock()()

	s.serving.matchUnknown = unknown
}

type shapeMatchRequest struct {
	CreateDeploymentRequest struct {
		Parent     string          `json:"parent"`
		Deployment json.RawMessage `json:"deployment"`
	} `json:"createDeploymentRequest"`
	PageSize  int32  `json:"pageSize"`
	PageToken string `json:"pageToken"`
}

func (s *Server) matchDeploymentShapes(c *call) (any, error) {
	defer s.lock()()

	account := c.params[0]

	if s.serving.matchUnknown {
		return nil, errNoRoute()
	}

	if err := s.requireAccess(account); err != nil {
		return nil, err
	}

	var in shapeMatchRequest
	if err := decodeRequest(c.body, &in); err != nil {
		return nil, err
	}

	create := in.CreateDeploymentRequest
	if create.Parent != "accounts/"+account {
		return nil, denied("create_deployment_request.parent: %q is not accounts/%s", create.Parent, account)
	}

	deployment, err := s.decodeDeployment("", create.Deployment)
	if err != nil {
		return nil, err
	}

	name := deployment.BaseModel
	if !modelNamePattern.MatchString(name) {
		return nil, invalid("base_model: %q is not of the form accounts/{account}/models/{model}", name)
	}

	if s.models[name] == nil {
		return nil, notFound("base_model: model %q not found", name)
	}

	addons := deployment.EnableAddons != nil && *deployment.EnableAddons

	return deploymentShapeList{DeploymentShapeVersions: s.matchShapes(name, addons)}, nil
}
