@rem Scripts of package.json begin with "exec", so that signals to npm reach the service and not a shell between them.
@rem Windows has no such word: this is it, found because npm runs scripts in this folder.
@%*
