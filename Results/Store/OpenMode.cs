// How a results store is opened. Reading never makes or changes one, so that a mistyped path is an error and not an empty store.

namespace Managarm.Perf.Results.Store;

/// <summary>How a results store is opened.</summary>
public enum OpenMode
{
    /// <summary>It must be there, and nothing in it changes.</summary>
    Read,

    /// <summary>It is made if it is not there, and brought up to this program's version.</summary>
    Write,
}
