// A client that breaks the rule: what its thread does depends on how often it was called.

using Managarm.Perf.Fuzz.Primitives;
using Managarm.Perf.Fuzz.Primitives.Specifications;

namespace Managarm.Perf.Fuzz.Tests.Primitives;

/// <summary>A client whose thread makes fewer accesses each time.</summary>
internal sealed unsafe class UnsteadyClient(Func<int> count) : IPrimitiveClient
{
    public string Name => "unsteady";

    public string Primitive => "none";

    public string Summary => "makes up its mind each time";

    public int Threads => 1;

    public nuint Bytes => sizeof(long);

    public ISpecification Specification { get; } = new LitmusClient();

    public ClientBody Prepare(byte* memory) => (_, _) =>
    {
        for (int left = 2 * count(); left < 6; left++)
        {
            ExploreSync.ReadAcquire(ref *(long*)memory);
        }
    };

    public string NameOf(int offset) => "the word";
}
