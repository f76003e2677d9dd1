-- Rows as the first schema held them. Never changed: later migrations must carry them over.
INSERT INTO processes VALUES ('agua', 'Consulta del agua', 'consulta_popular', 'process');
INSERT INTO exclusivity_groups VALUES (1, 'process/agua');
INSERT INTO campaigns VALUES (1, 'agua-1', 'agua', 1, 'Agua para todas', 'Solicitante de muestra',
    'De qué se trata.', '{"scope":"distrito_federal","entidad":9,"distrito":12}',
    1803816000123, 1835352000456, 2758227);
INSERT INTO activations VALUES (unhex('C1C1C1C1C1C1C1C1C1C1C1C1C1C1C1C1'),
    unhex('04' || replace(hex(zeroblob(64)), '00', '11')), zeroblob(32), '0011223344556677', 'es-MX',
    NULL, zeroblob(32), zeroblob(32), 'completed', 0, NULL, NULL,
    unhex('D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1'), zeroblob(32), 1803902400123, 1803816060123, 1803816030123);
INSERT INTO devices VALUES (unhex('D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1'),
    unhex('04' || replace(hex(zeroblob(64)), '00', '11')), unhex('C1C1C1C1C1C1C1C1C1C1C1C1C1C1C1C1'),
    zeroblob(32), zeroblob(32), '0011223344556677', 1803816030123, NULL);
INSERT INTO apoyos VALUES
    (1, unhex('A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1'), 1, unhex('D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1'),
     zeroblob(32), 1803816100001, 'preliminary', '', 1803816200001, 'in_roll', '', 9, 12, 112, 7, 4321),
    (2, unhex('A2A2A2A2A2A2A2A2A2A2A2A2A2A2A2A2'), 1, unhex('D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1'),
     zeroblob(32), 1803816100002, 'not_counted', 'DUPLICADO_MISMO_SOLICITANTE', 1803816200002,
     'in_roll', '', 9, 12, 112, 7, 4321),
    (3, unhex('A3A3A3A3A3A3A3A3A3A3A3A3A3A3A3A3'), 1, unhex('D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1'),
     zeroblob(32), 1803816100003, 'received', '', 1803816100003, NULL, '', NULL, NULL, NULL, NULL, NULL);
INSERT INTO evidence VALUES
    (1, zeroblob(0), zeroblob(0), zeroblob(0), CAST('{"receipt":1}' AS BLOB), zeroblob(32), zeroblob(32), zeroblob(32), zeroblob(32)),
    (2, zeroblob(0), zeroblob(0), zeroblob(0), CAST('{"receipt":2}' AS BLOB), zeroblob(32), zeroblob(32), zeroblob(32), zeroblob(32)),
    (3, zeroblob(0), zeroblob(0), zeroblob(0), CAST('{"receipt":3}' AS BLOB), zeroblob(32), zeroblob(32), zeroblob(32), zeroblob(32));
INSERT INTO claims VALUES
    (1, unhex('BEEFBEEF' || hex(zeroblob(28))), 1, 1),
    (1, unhex('BEEFBEEF' || hex(zeroblob(28))), 2, 0);
INSERT INTO counters VALUES
    (1, 'total', 0, 0, 0, 'received', '', 1),
    (1, 'total', 0, 0, 0, 'preliminary', '', 1),
    (1, 'total', 0, 0, 0, 'not_counted', 'DUPLICADO_MISMO_SOLICITANTE', 1),
    (1, 'entidad', 9, 0, 0, 'preliminary', '', 1),
    (1, 'entidad', 9, 0, 0, 'not_counted', 'DUPLICADO_MISMO_SOLICITANTE', 1),
    (1, 'distrito', 9, 12, 0, 'preliminary', '', 1),
    (1, 'distrito', 9, 12, 0, 'not_counted', 'DUPLICADO_MISMO_SOLICITANTE', 1),
    (1, 'seccion', 9, 12, 4321, 'preliminary', '', 1),
    (1, 'seccion', 9, 12, 4321, 'not_counted', 'DUPLICADO_MISMO_SOLICITANTE', 1);
