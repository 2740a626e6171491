// Names that users write, on the command line and in files, of what the model has: protocols, profiles, defects. What is said of
// an unknown one is said here, so that it is said alike wherever the name stood.

using Managarm.Perf.Core.Defects;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Fuzz.Inputs;

/// <summary>Finds things by their names.</summary>
internal static class NamedThings
{
    internal static IProtocol FindProtocol(string subject, string name) =>
        ProtocolCatalog.Find(name) ?? throw CommandException.BadInput(subject, UnknownProtocol(name));

    /// <summary>Says that there is no such protocol.</summary>
    /// <param name="name">Its name.</param>
    internal static string UnknownProtocol(string name)
    {
        if (!ProtocolCatalog.TryFind(name, out _, out string mistake) && mistake.Length > 0)
        {
            return mistake;
        }

        string known = NamesOf(ProtocolCatalog.All);
        return name == "all"
            ? "'all' stands alone"
            : $"there is no protocol '{name}'; there are {known}, and the variants {NamesOf(ProtocolCatalog.Variants)}";
    }

    private static string NamesOf(ReadOnlySpan<IProtocol> protocols) =>
        string.Join(", ", protocols.ToArray().Select(static protocol => protocol.Name));

    /// <summary>Says that there is no such profile.</summary>
    /// <param name="name">Its name.</param>
    internal static string UnknownProfile(string name) =>
        $"there is no profile '{name}'; there are managarm, linux, posix";

    internal static Profile ProfileOf(string subject, string name) => Profiles.TryParse(name, out Profile profile)
        ? profile
        : throw CommandException.BadInput(subject, UnknownProfile(name));

    internal static DefectSet DefectsOf(string subject, IEnumerable<string> names)
    {
        DefectSet set = default;
        foreach (string name in names)
        {
            if (!DefectNames.TryFind(name, out Defect defect))
            {
                throw CommandException.BadInput(subject, $"there is no defect '{name}'; `defects list` names them");
            }

            set = set.With(defect);
        }

        return set;
    }
}
