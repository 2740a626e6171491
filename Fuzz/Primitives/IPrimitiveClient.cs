// A client of a primitive: two or three threads with a few operations each. Its threads must be deterministic, touch shared
// memory through ExploreSync only, and be able to run again from their start: after a switch, the explorer repeats a thread with
// the results that it had before.

using Managarm.Perf.Fuzz.Primitives.Specifications;

namespace Managarm.Perf.Fuzz.Primitives;

/// <summary>A small concurrent program around one primitive.</summary>
public unsafe interface IPrimitiveClient
{
    /// <summary>Name on the command line and in tables.</summary>
    string Name { get; }

    /// <summary>Name of the primitive's type.</summary>
    string Primitive { get; }

    /// <summary>What its threads do, in a few words.</summary>
    string Summary { get; }

    /// <summary>Number of threads, at most <see cref="VectorClock.ThreadCapacity"/>.</summary>
    int Threads { get; }

    /// <summary>Bytes of shared memory that it needs.</summary>
    nuint Bytes { get; }

    /// <summary>What its operations mean.</summary>
    ISpecification Specification { get; }

    /// <summary>Prepares the shared memory. Not explored: it happens before all threads.</summary>
    /// <param name="memory">Zeroed, aligned to 128.</param>
    /// <returns>The body of its threads.</returns>
    ClientBody Prepare(byte* memory);

    /// <summary>What a word of its memory is called.</summary>
    /// <param name="offset">Offset in bytes.</param>
    /// <returns>Its name.</returns>
    string NameOf(int offset);
}

/// <summary>The body of a thread.</summary>
/// <param name="thread">Which one.</param>
/// <param name="run">Reports operations, sleeps and wakes.</param>
public delegate void ClientBody(int thread, InterleavingSearch run);
